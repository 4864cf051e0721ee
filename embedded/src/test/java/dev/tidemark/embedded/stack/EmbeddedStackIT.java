package dev.tidemark.embedded.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.embedded.stack.EmbeddedStack.Part;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStackIT {

  @TempDir private Path directory;

  @Test
  void shouldAnswerOnEveryEndpointAndLeaveNothingRunningWhenClosed() throws Exception {
    ConcurrentLinkedQueue<Part> ready = new ConcurrentLinkedQueue<>();
    List<Integer> ports;
    long registryProcess;
    try (EmbeddedStack stack =
        EmbeddedStack.in(directory)
            .kafka()
            .registry()
            .s3("b")
            .connect(List.of())
            .onReady((part, endpoint) -> ready.add(part))
            .start()) {
      assertThat(ready).containsExactlyInAnyOrder(Part.values());
      try (Admin admin =
          Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
        assertThat(admin.describeCluster().nodes().get()).hasSize(1);
      }
      registryProcess = stack.registry().pid();
      ports =
          List.of(
              URI.create("kafka://" + stack.kafka().bootstrapServers()).getPort(),
              URI.create(stack.registry().url()).getPort(),
              stack.s3().endpoint().getPort(),
              stack.connect().rest().url().getPort());
      assertThat(stack.s3().directoryOf("b")).isDirectory();
    }
    assertThat(ports).allSatisfy(EmbeddedStackIT::assertFree);
    assertThat(ProcessHandle.of(registryProcess).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void shouldStopTheOthersAndNameThePortWhenOnePartCannotStart() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int s3Port = Ports.free("s3");
      assertThatThrownBy(
              () ->
                  EmbeddedStack.in(directory)
                      .kafka()
                      .s3("b")
                      .port(Part.KAFKA, taken.getLocalPort())
                      .port(Part.S3, s3Port)
                      .start())
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining("port " + taken.getLocalPort());
      assertFree(s3Port);
    }
  }

  private static void assertFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (java.io.IOException e) {
      throw new AssertionError("port " + port + " is still in use", e);
    }
  }
}
