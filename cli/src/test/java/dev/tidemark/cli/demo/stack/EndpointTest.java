package dev.tidemark.cli.demo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointTest {

  @Test
  void shouldShowHostsAndSetButNeitherUserNorPassword() {
    assertThat(Endpoint.shown("mongodb://me:secret@a:27017,b:27018/db?replicaSet=rs0&tls=true"))
        .isEqualTo("mongodb://a:27017,b:27018/?replicaSet=rs0");
  }
}
