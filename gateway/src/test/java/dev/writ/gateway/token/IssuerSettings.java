package dev.writ.gateway.token;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** An issuer as operators configure it, to be changed before it is used. */
final class IssuerSettings implements IssuersConfig.IssuerConfig {

    String url = "https://issuer.example";
    List<String> algorithms = List.of("RS256", "PS256", "ES256");
    Optional<String> releaseClaim = Optional.empty();
    boolean bound;
    boolean actorsAreClients;
    Optional<String> clientId = Optional.empty();
    Optional<Path> clientSecretFile = Optional.empty();
    Optional<Duration> maxAge = Optional.empty();
    Optional<List<String>> acrValues = Optional.empty();

    @Override
    public String url() {
        return url;
    }

    @Override
    public Optional<List<String>> audience() {
        return Optional.empty();
    }

    @Override
    public Optional<URI> jwks() {
        return Optional.empty();
    }

    @Override
    public List<String> algorithms() {
        return algorithms;
    }

    @Override
    public List<String> types() {
        return List.of("at+jwt", "JWT");
    }

    @Override
    public Optional<String> clientClaim() {
        return Optional.empty();
    }

    @Override
    public boolean actorsAreClients() {
        return actorsAreClients;
    }

    @Override
    public Optional<String> releaseClaim() {
        return releaseClaim;
    }

    @Override
    public Optional<String> modelClaim() {
        return Optional.empty();
    }

    @Override
    public Optional<String> promptClaim() {
        return Optional.empty();
    }

    @Override
    public boolean bound() {
        return bound;
    }

    @Override
    public Duration clockSkew() {
        return Duration.ofSeconds(30);
    }

    @Override
    public Duration refresh() {
        return Duration.ofMinutes(10);
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Duration keep() {
        return Duration.ofHours(1);
    }

    @Override
    public Duration timeout() {
        return Duration.ofSeconds(3);
    }

    @Override
    public IssuersConfig.SignInConfig signIn() {
        return new SignIn(
                clientId, clientSecretFile, Optional.empty(), List.of("openid", "profile"), maxAge, acrValues);
    }

    private record SignIn(
            Optional<String> clientId,
            Optional<Path> clientSecretFile,
            Optional<String> label,
            List<String> scopes,
            Optional<Duration> maxAge,
            Optional<List<String>> acrValues)
            implements IssuersConfig.SignInConfig {}
}
