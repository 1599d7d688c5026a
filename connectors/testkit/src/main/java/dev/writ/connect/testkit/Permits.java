package dev.writ.connect.testkit;

import dev.writ.connect.Permit;
import dev.writ.model.CallId;
import dev.writ.model.Digest;
import dev.writ.model.JsonObject;
import dev.writ.model.ToolDefinition;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** Permits for tests; in the gateway only {@code Enforcement} makes one. */
public final class Permits {

    private Permits() {}

    /** The right to call that tool with those arguments until {@code deadline}. */
    public static Permit of(ToolDefinition tool, JsonObject arguments, Instant deadline) {
        CallId call = CallId.mint(deadline, ThreadLocalRandom.current());
        return new Permit(
                call, 0, tool.name(), arguments, Digest.of(arguments), tool.digest(), call.toString(), deadline);
    }
}
