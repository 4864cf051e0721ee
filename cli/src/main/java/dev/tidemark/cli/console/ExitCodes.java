package dev.tidemark.cli.console;

/** What the command's exit code says. Scripts rely on it. */
public final class ExitCodes {

  /** Done, and the verdict, if there is one, is good. */
  public static final int OK = 0;

  /** Carried out, with a negative verdict: a mismatch, a defect, a failed restore. */
  public static final int NEGATIVE = 1;

  /** Not carried out: wrong usage, or the environment does not allow it. */
  public static final int UNUSABLE = 2;

  private ExitCodes() {}
}
