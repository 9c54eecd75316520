package io.mockupaws.app.config;

/** The address of a database with its password. Only {@link #reveal()} shows it. */
public final class ServerUrl {
  private final String text;

  public ServerUrl(String text) {
    this.text = text;
  }

  /** The address, password included: for the driver only. */
  public String reveal() {
    return text;
  }

  /** Never the address. */
  @Override
  public String toString() {
    return "ServerUrl[hidden]";
  }
}
