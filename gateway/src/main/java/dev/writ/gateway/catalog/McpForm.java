package dev.writ.gateway.catalog;

import dev.writ.gateway.catalog.ConnectorResource.Registration;
import dev.writ.gateway.catalog.ConnectorResource.Relayed;
import io.quarkus.runtime.configuration.DurationConverter;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what an operator says of an MCP server, and whether its program may be started. */
@ApplicationScoped
class McpForm {

    /** With these, linkers, interpreters and shells run what is in them, or in files that they name. */
    private static final Pattern LOADERS = Pattern.compile(
            "(?i:(LD|DYLD|BUNDLE|GEM|GIT|BASH|DOTNET|CORECLR|COMPLUS|LUA|PHP|NPM_CONFIG|DENO|BUN)_.*"
                    + "|(PYTHON|PERL5|PERLLIB|RUBYOPT|RUBYLIB|PHPRC).*|NODE_(OPTIONS|PATH)|.*(JAVA|JDK|JVM).*_OPT(ION)?S"
                    + "|JAVA_HOME|CLASSPATH|PATH|ENV|IFS|SHELLOPTS|PROMPT_COMMAND|PS4|GCONV_PATH|OPENSSL_(CONF|ENGINES|MODULES))");

    /** A tool that was changed without a word can be called for so long. */
    private static final Duration STALEST = Duration.ofSeconds(60);

    private final CatalogConfig config;

    McpForm(CatalogConfig config) {
        this.config = config;
    }

    /** What is said of the server; empty for a connector of another kind, of which nothing of that can be said. */
    Optional<McpServer> server(String kind, Registration said, RegistrationProblems problems) {
        if (!kind.equals(ConnectorSettings.MCP)) {
            boolean strays = said.url() != null
                    || said.command() != null
                    || said.env() != null
                    || said.secretEnv() != null
                    || said.relay() != null
                    || said.connectTimeout() != null
                    || said.maxConcurrent() != null
                    || said.protocol() != null
                    || said.freshness() != null
                    || said.quarantineSuspicious() != null;
            if (strays) {
                throw new IllegalArgumentException(
                        "url, command, env, secretEnv, relay, connectTimeout, maxConcurrent, protocol, freshness and"
                                + " quarantineSuspicious are for kind mcp");
            }
            return Optional.empty();
        }
        List<String> command = Objects.requireNonNullElse(said.command(), List.of());
        boolean program = said.command() != null;
        if (program && (said.url() != null || said.baseUrl() != null)) {
            throw new IllegalArgumentException("a server has a 'url' or a 'command', and not both");
        }
        if (program && said.credential() != null) {
            throw new IllegalArgumentException(
                    "a 'credential' is a header; what a program needs goes into 'secretEnv'");
        }
        if (!program && (said.env() != null || said.secretEnv() != null)) {
            throw new IllegalArgumentException("'env' and 'secretEnv' are for a server that is a 'command'");
        }
        if (program) {
            program("", command, said.env(), said.secretEnv(), problems);
        }
        Optional<Duration> connect = problems.read(
                "connectTimeout",
                Optional.empty(),
                () -> Optional.ofNullable(said.connectTimeout()).map(this::connectTimeout));
        Optional<Duration> freshness = problems.read(
                "freshness",
                Optional.empty(),
                () -> Optional.ofNullable(said.freshness()).map(McpForm::freshness));
        return Optional.of(new McpServer(
                command,
                Objects.requireNonNullElse(said.env(), Map.of()),
                relay(said.relay()),
                connect,
                Optional.ofNullable(said.maxConcurrent()),
                Optional.ofNullable(said.protocol()),
                freshness,
                Boolean.TRUE.equals(said.quarantineSuspicious()),
                Optional.empty()));
    }

    /** Notes why a program may not be started, if it may not. */
    void program(
            String member,
            List<String> command,
            @Nullable Map<String, String> env,
            @Nullable Map<String, String> secretEnv,
            RegistrationProblems problems) {
        refusal(config, command)
                .or(() -> missing(command.get(0)))
                .ifPresent(refusal -> problems.add(member + "command", refusal));
        loader(env == null ? Set.of() : env.keySet()).ifPresent(refusal -> problems.add(member + "env", refusal));
        loader(secretEnv == null ? Set.of() : secretEnv.keySet())
                .ifPresent(refusal -> problems.add(member + "secretEnv", refusal));
    }

    /** Why that program may not be started here, if it may not. */
    static Optional<String> refusal(CatalogConfig config, List<String> command) {
        if (!config.stdio()) {
            return Optional.of("this gateway starts no programs, since whoever registers connectors could run"
                    + " anything as its user; set writ.catalog.stdio=true to allow it, and name the programs in"
                    + " writ.catalog.stdio-programs");
        }
        String program = command.isEmpty() ? "" : command.get(0);
        if (program.isBlank()) {
            return Optional.of("it is a list, the program first and then its arguments");
        }
        if (!Path.of(program).isAbsolute()) {
            return Optional.of("the program is named by its whole path, such as /usr/bin/node");
        }
        return config.stdioPrograms()
                .filter(allowed -> !allowed.contains(program))
                .map(allowed -> "writ.catalog.stdio-programs does not name this program; it names "
                        + String.join(", ", allowed));
    }

    /** Why programs are not started with one of those variables, if they are not. */
    static Optional<String> loader(Set<String> variables) {
        return new TreeSet<>(variables)
                .stream()
                        .filter(name -> LOADERS.matcher(name).matches())
                        .findFirst()
                        .map(name -> name
                                + " has a program load or run other code than its own; put what it needs into its"
                                + " installation");
    }

    private static Optional<String> missing(String program) {
        return Optional.of(program)
                .filter(path -> !Files.isExecutable(Path.of(path)))
                .map(path -> "there is no program " + path + " that the gateway may start");
    }

    private Duration connectTimeout(String text) {
        Duration timeout = DurationConverter.parseDuration(text);
        if (timeout.toMillis() < 1 || timeout.compareTo(config.maxTimeout()) > 0) {
            throw new IllegalArgumentException(
                    "it is at most " + config.maxTimeout().toSeconds() + "s");
        }
        return timeout;
    }

    private static Duration freshness(String text) {
        Duration freshness = DurationConverter.parseDuration(text);
        if (freshness.isNegative() || freshness.compareTo(STALEST) > 0) {
            throw new IllegalArgumentException("it is between 0s and " + STALEST.toSeconds() + "s");
        }
        return freshness;
    }

    private static Set<String> relay(@Nullable Relayed said) {
        Set<String> on = new TreeSet<>();
        if (said != null) {
            add(on, "elicitation", said.elicitation());
            add(on, "sampling", said.sampling());
            add(on, "roots", said.roots());
            add(on, "logging", said.logging());
        }
        return on;
    }

    private static void add(Set<String> on, String name, @Nullable Boolean said) {
        if (Boolean.TRUE.equals(said)) {
            on.add(name);
        }
    }
}
