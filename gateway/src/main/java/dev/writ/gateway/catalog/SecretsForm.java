package dev.writ.gateway.catalog;

import dev.writ.connect.net.ClientCredentials.Authentication;
import dev.writ.gateway.catalog.ConnectorResource.Header;
import dev.writ.gateway.catalog.ConnectorResource.OAuthClient;
import dev.writ.gateway.catalog.ConnectorResource.Registration;
import dev.writ.gateway.problem.Problem;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the credentials and secret variables of what an operator registers. */
final class SecretsForm {

    private SecretsForm() {}

    /** @throws Problem that lists what is missing or cannot be used */
    static Secrets read(Registration registration) {
        RegistrationProblems problems = new RegistrationProblems();
        Optional<OAuthCredential> oauth = oauth(registration, problems);
        Optional<HeaderCredential> header = header("credential", registration.credential(), problems);
        if (header.isPresent() && oauth.isPresent()) {
            problems.add("credential", "it is a header or 'oauth', and not both");
        }
        Optional<Secrets> sandbox = Optional.ofNullable(registration.sandbox()).map(said -> sandbox(said, problems));
        problems.refuse();
        return new Secrets(header, oauth, environment(registration.secretEnv()), sandbox);
    }

    private static Secrets sandbox(SandboxForm said, RegistrationProblems problems) {
        Header credential = said.credential();
        if (credential != null && credential.oauth() != null) {
            problems.add(
                    "sandbox/credential/oauth",
                    "a sandbox takes a 'header' and its 'value'; access tokens are for the connector itself");
        }
        return new Secrets(
                header("sandbox/credential", credential, problems),
                Optional.empty(),
                environment(said.secretEnv()),
                Optional.empty());
    }

    private static Optional<HeaderCredential> header(
            String member, @Nullable Header said, RegistrationProblems problems) {
        return Optional.ofNullable(said)
                .filter(some -> some.oauth() == null || some.header() != null || some.value() != null)
                .map(header -> new HeaderCredential(
                        problems.present(member + "/header", header.header()),
                        problems.present(member + "/value", header.value())));
    }

    private static Optional<OAuthCredential> oauth(Registration registration, RegistrationProblems problems) {
        return Optional.ofNullable(registration.credential())
                .flatMap(said -> Optional.ofNullable(said.oauth()))
                .flatMap(client -> problems.read("credential/oauth", Optional.empty(), () -> {
                    if (!ConnectorSettings.MCP.equals(registration.kind())) {
                        throw new IllegalArgumentException("access tokens are for connectors of kind mcp");
                    }
                    return Optional.of(client(client, problems));
                }));
    }

    private static OAuthCredential client(OAuthClient said, RegistrationProblems problems) {
        return new OAuthCredential(
                URI.create(problems.present("credential/oauth/tokenUrl", said.tokenUrl())),
                problems.present("credential/oauth/clientId", said.clientId()),
                problems.present("credential/oauth/clientSecret", said.clientSecret()),
                Authentication.parse(Objects.requireNonNullElse(said.authentication(), "basic")),
                Optional.ofNullable(said.scope()),
                Optional.ofNullable(said.resource()));
    }

    private static Map<String, String> environment(@Nullable Map<String, String> said) {
        return Objects.requireNonNullElse(said, Map.of());
    }
}
