package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/**
 * Finds out who sends a request. Credentials stand in {@code Authorization} only: {@code Bearer writ_<id>_<secret>} is a key of ours,
 * any other {@code Bearer} an access token of somebody else's (RFC 6750 2.1), and so is {@code DPoP} (RFC 9449 7.1). Without that header it is
 * the client certificate. With it a certificate counts for nothing, whatever the header says: who sends one means to be that.
 *
 * <p>Whatever it is, a registered key stands behind it, and only that says what the caller may do.
 */
@ApplicationScoped
class Credentials {

    private static final String BEARER = "Bearer ";
    private static final String DPOP = "DPoP ";
    private static final String OURS = "writ_";

    private final PresentedTokens tokens;
    private final CertificateCallers certificates;
    private final IdentityProviderManager identities;
    private final KeyUse use;

    Credentials(
            PresentedTokens tokens, CertificateCallers certificates, IdentityProviderManager identities, KeyUse use) {
        this.tokens = tokens;
        this.certificates = certificates;
        this.identities = identities;
        this.use = use;
    }

    /**
     * Who that is; empty if nothing was presented.
     *
     * @return fails with a {@link Problem} that says what is wrong, or an {@link AuthenticationFailedException} where a stranger is not
     *     told
     */
    Optional<Uni<Caller>> caller(Presented presented) {
        List<String> headers = presented.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        if (headers.size() > 1) {
            return Optional.of(refusal());
        }
        Optional<Uni<Caller>> caller = headers.isEmpty()
                ? presented.certificate().map(shown -> Uni.createFrom().item(() -> certificates.caller(shown)))
                : Optional.of(caller(headers.get(0), presented));
        return caller.map(known -> known.map(found -> {
            use.used(found.key().id());
            return found.claiming(AgentHeaders.read(presented.headers()));
        }));
    }

    private Uni<Caller> caller(String header, Presented presented) {
        Optional<String> bearer = credential(header, BEARER);
        if (bearer.filter(text -> text.startsWith(OURS)).isPresent()) {
            return key(bearer.get());
        }
        return bearer.map(token -> tokens.caller(token, false, presented))
                .or(() -> credential(header, DPOP).map(token -> tokens.caller(token, true, presented)))
                .filter(caller -> tokens.areTaken())
                .orElseGet(Credentials::refusal);
    }

    private Uni<Caller> key(String key) {
        return PresentedKey.parse(key)
                .map(presented -> identities
                        .authenticate(new ApiKeyRequest(presented))
                        .map(identity -> identity.getCredential(Caller.class)))
                .orElseGet(Credentials::refusal);
    }

    private static <T> Uni<T> refusal() {
        return Uni.createFrom().failure(new AuthenticationFailedException());
    }

    private static Optional<String> credential(String header, String scheme) {
        return header.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(header.substring(scheme.length()).strip())
                : Optional.empty();
    }
}
