package dev.tidemark.cli.demo;

/** One way to tell the story. Everything it needs runs when it is made. */
interface Demo {

  /** Tells the story to its end. */
  DemoReport run() throws InterruptedException;

  /** Prints what a curious person can do with the servers, which still run. */
  void tellHowToLookAround();
}
