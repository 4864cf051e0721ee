package dev.tidemark.archiver.durable;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DurableFrontierTest {

  private final DurableFrontier frontier = new DurableFrontier();

  @Test
  void shouldBeUnknownBeforeAnythingWasRead() {
    assertThat(frontier.offset()).isEmpty();
  }

  @Test
  void shouldFollowThePositionWhereNothingIsOpen() {
    frontier.advance(7);
    frontier.advance(5);

    assertThat(frontier.offset()).hasValue(7);
  }

  @Test
  void shouldWaitForTheOldestHolder() {
    Object first = new Object();
    Object second = new Object();
    frontier.hold(first, 3);
    frontier.hold(second, 5);
    frontier.hold(first, 4);
    frontier.advance(9);

    assertThat(frontier.offset()).hasValue(3);
    frontier.release(first);
    assertThat(frontier.offset()).hasValue(5);
    frontier.release(second);
    assertThat(frontier.offset()).hasValue(9);
  }

  @Test
  void shouldTellEqualHoldersApart() {
    String one = new String("holder");
    String other = new String("holder");
    frontier.hold(one, 3);
    frontier.hold(other, 4);
    frontier.advance(9);

    frontier.release(one);
    assertThat(frontier.offset()).hasValue(4);
  }
}
