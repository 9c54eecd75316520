package io.mockupaws.app.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of the build, and of the Java it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("unbuilt");
    return new String[] {"mockupaws " + version + " (Java " + Runtime.version().feature() + ")"};
  }
}
