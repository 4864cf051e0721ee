package dev.tidemark.embedded.stack;

/** Somebody else listens on the port that a part of the embedded stack was told to use. */
public final class PortInUseException extends StackException {

  private static final long serialVersionUID = 1L;

  private final int port;

  public PortInUseException(String part, int port, Throwable cause) {
    super(part, "port " + port + " of 127.0.0.1 is in use", cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
