package dev.writ.gateway.startup;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
public final class Version implements IVersionProvider {

    /** As recorded in {@code STARTED} entries. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"writ " + text()};
    }
}
