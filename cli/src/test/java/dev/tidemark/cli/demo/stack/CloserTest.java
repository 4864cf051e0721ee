package dev.tidemark.cli.demo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloserTest {

  private final List<String> closed = new ArrayList<>();

  @Test
  void shouldCloseEachOnceInReverseOrderWhenOneFails() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    closer.add(
        () -> {
          closed.add("second");
          throw new IllegalStateException("no luck");
        });
    closer.add(() -> closed.add("third"));
    closer.close();
    closer.close();
    assertThat(closed).containsExactly("third", "second", "first");
  }
}
