package dev.writ.connect.mcp;

import dev.writ.connect.net.Credential;
import dev.writ.connect.net.Networks;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where an MCP server is. */
public sealed interface Endpoint {

    <R> R fold(Function<Http, R> http, Function<Command, R> command);

    /** What must never be told to anybody. */
    List<String> secrets();

    /**
     * A server that speaks streamable HTTP.
     *
     * @param url every request goes to exactly this one
     * @param networks which addresses may be connected to
     * @param trustedCertificates in PEM, the only ones trusted for {@code https}; without them, those the JDK trusts
     */
    record Http(
            URI url,
            boolean plainHttpAllowed,
            Credential credential,
            Networks networks,
            Optional<String> trustedCertificates)
            implements Endpoint {

        public Http {
            boolean scheme = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && plainHttpAllowed);
            if (!scheme) {
                throw new IllegalArgumentException(
                        "a server's URL starts with https://, or with http:// where the operator allows plain HTTP");
            }
            if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
                throw new IllegalArgumentException("a server's URL has a host, and no user or fragment");
            }
        }

        /** Without credential, to public addresses, by {@code https}. */
        public static Http of(URI url) {
            return new Http(url, false, Credential.none(), Networks.publicOnly(), Optional.empty());
        }

        @Override
        public <R> R fold(Function<Http, R> http, Function<Command, R> command) {
            return http.apply(this);
        }

        @Override
        public List<String> secrets() {
            return credential.secrets();
        }

        /** The path and query of a request's first line. */
        String target() {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        }

        int port() {
            if (url.getPort() >= 0) {
                return url.getPort();
            }
            return isSecure() ? 443 : 80;
        }

        boolean isSecure() {
            return "https".equals(url.getScheme());
        }

        /** Without the query, which may hold a secret. */
        @Override
        public String toString() {
            return "Http[" + url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath() + "]";
        }
    }

    /**
     * A server that is a program on this machine and speaks over its standard input and output. It is started without a shell and
     * sees {@code PATH}, its working directory as {@code HOME}, and of the gateway's environment nothing else.
     *
     * @param argv the program and its arguments, fixed
     * @param environment what it sees besides
     * @param secretEnvironment likewise, by name; their values are taken out of whatever it answers
     */
    record Command(
            List<String> argv,
            Path workingDirectory,
            Map<String, String> environment,
            Map<String, String> secretEnvironment)
            implements Endpoint {

        private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
        private static final int SHORTEST_SECRET = 8;

        public Command {
            argv = List.copyOf(argv);
            environment = Map.copyOf(environment);
            secretEnvironment = Map.copyOf(secretEnvironment);
            if (argv.isEmpty() || argv.get(0).isBlank() || argv.stream().anyMatch(Command::hasNul)) {
                throw new IllegalArgumentException("a command is a program and its arguments, without NUL");
            }
            Stream.concat(environment.keySet().stream(), secretEnvironment.keySet().stream())
                    .forEach(Command::requireVariable);
            Stream.concat(environment.values().stream(), secretEnvironment.values().stream())
                    .filter(Command::hasNul)
                    .findAny()
                    .ifPresent(value -> {
                        throw new IllegalArgumentException("a variable's value holds no NUL");
                    });
            if (secretEnvironment.values().stream().anyMatch(secret -> secret.length() < SHORTEST_SECRET)) {
                throw new IllegalArgumentException("a secret has at least " + SHORTEST_SECRET + " characters");
            }
        }

        private static boolean hasNul(String text) {
            return text.indexOf('\0') >= 0;
        }

        private static void requireVariable(String name) {
            if (!VARIABLE.matcher(name).matches()) {
                throw new IllegalArgumentException("a variable's name is letters, digits and '_'");
            }
        }

        @Override
        public <R> R fold(Function<Http, R> http, Function<Command, R> command) {
            return command.apply(this);
        }

        @Override
        public List<String> secrets() {
            return List.copyOf(secretEnvironment.values());
        }

        /** Its arguments may be confidential. */
        @Override
        public String toString() {
            return "Command[" + argv.get(0) + "]";
        }
    }
}
