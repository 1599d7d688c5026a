package dev.writ.gateway.startup;

import dev.writ.audit.PolicyException;
import dev.writ.audit.UnreadableLogException;
import dev.writ.audit.WitnessPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what {@code --policy} names. */
final class PolicyFile {

    private PolicyFile() {}

    static WitnessPolicy read(Path file) {
        try {
            return WitnessPolicy.parse(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new UnreadableLogException(
                    "the file " + file + " cannot be read; --policy names one with a policy", unreadable);
        } catch (PolicyException notOne) {
            throw new UnreadableLogException("the file " + file + " is not a policy: " + notOne.getMessage(), notOne);
        }
    }
}
