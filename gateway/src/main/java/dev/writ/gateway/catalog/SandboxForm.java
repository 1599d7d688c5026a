package dev.writ.gateway.catalog;

import dev.writ.gateway.catalog.ConnectorResource.Header;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where rehearsals of a connector's calls go: another URL, another credential at the same one, or for an MCP server another program. All else
 * is as of the connector.
 *
 * @param baseUrl the connector's own if nothing is said
 * @param url of an MCP server; the same as {@code baseUrl}
 * @param credential added to each request; the connector's own never is
 * @param command an MCP server that is a program: its whole path and its arguments; no shell reads it
 * @param env what the program sees besides; everybody who may look at connectors sees it too
 * @param secretEnv likewise, and no answer shows the values
 */
record SandboxForm(
        @Nullable String baseUrl,
        @Nullable String url,
        @Nullable Header credential,
        @Nullable List<String> command,
        @Nullable Map<String, String> env,
        @Nullable Map<String, String> secretEnv) {

    /**
     * @param own where the connector's own calls go
     * @throws IllegalArgumentException if something in it cannot be used
     */
    Sandbox sandbox(String kind, URI own) {
        boolean program = command != null;
        if (program && !kind.equals(ConnectorSettings.MCP)) {
            throw new IllegalArgumentException("a 'command' is for kind mcp");
        }
        if (program && (baseUrl != null || url != null || credential != null)) {
            throw new IllegalArgumentException(
                    "a sandbox has a 'baseUrl' or a 'command', and not both; a program's secrets go into 'secretEnv'");
        }
        if (!program && (env != null || secretEnv != null)) {
            throw new IllegalArgumentException("'env' and 'secretEnv' are for a sandbox that is a 'command'");
        }
        String place =
                Optional.ofNullable(baseUrl).or(() -> Optional.ofNullable(url)).orElse(own.toString());
        return new Sandbox(
                program ? URI.create("") : URI.create(place),
                Objects.requireNonNullElse(command, List.of()),
                Objects.requireNonNullElse(env, Map.of()));
    }

    /** Arguments and variables may be confidential. */
    @Override
    public String toString() {
        return "SandboxForm[]";
    }
}
