package dev.tidemark.embedded.mongo;

import dev.tidemark.embedded.mongo.command.CommandHooks;
import dev.tidemark.embedded.mongo.command.ServedCommand;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Stops one command before it is carried out until it is let go. Thread-safe. */
public final class HeldCommand implements CommandHooks.Hook, AutoCloseable {

  private final CommandHooks hooks;
  private final Predicate<ServedCommand> wanted;
  private final AtomicInteger before;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /**
   * @param passed how many of the wanted commands go by first
   */
  HeldCommand(CommandHooks hooks, Predicate<ServedCommand> wanted, int passed) {
    this.hooks = hooks;
    this.wanted = wanted;
    this.before = new AtomicInteger(passed);
  }

  @Override
  public void before(ServedCommand command) throws InterruptedException {
    if (wanted.test(command) && before.getAndDecrement() == 0) {
      reached.countDown();
      released.await();
    }
  }

  /** Whether the command came within the time. */
  public boolean awaitReached(Duration within) throws InterruptedException {
    return reached.await(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  public boolean isReached() {
    return reached.getCount() == 0;
  }

  /** Lets the command be carried out. */
  @Override
  public void close() {
    hooks.remove(this);
    released.countDown();
  }
}
