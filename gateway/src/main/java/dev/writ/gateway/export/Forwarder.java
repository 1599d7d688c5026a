package dev.writ.gateway.export;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.webhook.Secret;
import dev.writ.gateway.webhook.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One receiver of the log's entries.
 *
 * @param kinds that it gets; all if there are none
 * @param batch entries of one delivery at most
 * @param bearer token that is sent along
 */
record Forwarder(
        String name,
        Target target,
        Wire wire,
        Set<String> kinds,
        int batch,
        ForwardConfig.Start start,
        Optional<String> bearer) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,4096}");
    private static final Pattern KIND = Pattern.compile("[A-Z][A-Z_]{0,63}");
    private static final int MOST = 1000;

    Forwarder {
        kinds = Collections.unmodifiableSet(new TreeSet<>(kinds));
        require(NAME.matcher(name).matches(), name, "its name is lower-case letters, digits and '-'");
        require(batch >= 1 && batch <= MOST, name, "batch is 1 to " + MOST);
        require(kinds.stream().allMatch(kind -> KIND.matcher(kind).matches()), name, "kinds are such as DECIDED");
        require(
                bearer.filter(token -> !TOKEN.matcher(token).matches()).isEmpty(),
                name,
                "bearer-file holds one token of visible ASCII characters");
    }

    /** Reads one; what is wrong stops the start. */
    static Forwarder of(String name, ForwardConfig.Receiver config) {
        return new Forwarder(
                name,
                target(name, config),
                switch (config.kind()) {
                    case WEBHOOK -> new Wire.SignedEvents(secret(name, config));
                    case OTLP -> new Wire.Otlp();
                },
                config.kinds().orElse(Set.of()),
                config.batch(),
                config.start(),
                config.bearerFile().map(file -> content(name, "bearer-file", file)));
    }

    private static Target target(String name, ForwardConfig.Receiver config) {
        try {
            return Target.parse(config.url(), config.privateAddresses());
        } catch (Problem unusable) {
            throw wrong(
                    name,
                    "url is https:// with a host, and no user and no fragment; http:// is for the gateway's own host, with"
                            + " private-addresses");
        }
    }

    private static Secret secret(String name, ForwardConfig.Receiver config) {
        Path file = config.secretFile().orElseThrow(() -> wrong(name, "kind webhook needs secret-file"));
        try {
            return Secret.parse(content(name, "secret-file", file));
        } catch (IllegalArgumentException malformed) {
            throw wrong(name, "secret-file: " + malformed.getMessage());
        }
    }

    private static String content(String name, String setting, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw wrong(name, setting + " " + file + " cannot be read");
        }
    }

    private static void require(boolean holds, String name, String what) {
        if (!holds) {
            throw wrong(name, what);
        }
    }

    private static IllegalArgumentException wrong(String name, String what) {
        return new IllegalArgumentException("writ.forward." + name + ": " + what);
    }

    /** All that is sent along with a message. */
    Map<String, String> headers(Wire.Message message) {
        Map<String, String> headers = new HashMap<>(message.headers());
        headers.put("User-Agent", "writ");
        bearer.ifPresent(token -> headers.put("Authorization", "Bearer " + token));
        return headers;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Forwarder[" + name + "]";
    }
}
