package dev.writ.gateway.identity;

import com.nimbusds.jose.util.Base64URL;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.token.Proofs;
import dev.writ.gateway.token.Tokens;
import dev.writ.gateway.token.VerifiedToken;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Access tokens as requests bring them: verified, and sent by whoever has the key that they are bound to. */
@ApplicationScoped
class PresentedTokens {

    static final String OIDC = "oidc";
    static final String OIDC_DPOP = "oidc+dpop";
    static final String OIDC_MTLS = "oidc+mtls";

    private static final String DPOP = "DPoP";

    private final Tokens tokens;
    private final Proofs proofs;
    private final TokenCallers callers;

    PresentedTokens(Tokens tokens, Proofs proofs, TokenCallers callers) {
        this.tokens = tokens;
        this.proofs = proofs;
        this.callers = callers;
    }

    boolean areTaken() {
        return tokens.areTaken();
    }

    /**
     * Who sends that token; fails with a {@link Problem}.
     *
     * @param withProof whether it was sent with the scheme {@code DPoP}
     */
    Uni<Caller> caller(String token, boolean withProof, Presented presented) {
        return tokens.verify(token)
                .emitOn(sameThread())
                .map(verified -> new Assured(verified, assurance(verified, token, withProof, presented)))
                .map(assured -> callers.caller(assured.token(), assured.assurance()));
    }

    private record Assured(VerifiedToken token, String assurance) {}

    /** RFC 9449 7.1, RFC 8705 3: a bound token is worth nothing without its key, and no other is taken for one. */
    private String assurance(VerifiedToken verified, String token, boolean withProof, Presented presented) {
        return verified.binding()
                .fold(
                        bearer -> {
                            if (withProof) {
                                throw refusal("it is bound to no key. Send it as 'Bearer'");
                            }
                            return OIDC;
                        },
                        proof -> {
                            if (!withProof) {
                                throw refusal("it is bound to a key. Send it as 'DPoP', with a proof in header 'DPoP'");
                            }
                            proofs.use(proof(presented), token, proof.thumbprint(), presented.method(), url(presented));
                            return OIDC_DPOP;
                        },
                        certificate -> {
                            if (withProof
                                    || presented
                                            .certificate()
                                            .flatMap(PresentedTokens::thumbprint)
                                            .filter(certificate.thumbprint()::equals)
                                            .isEmpty()) {
                                throw refusal("it is bound to a client certificate, and that was not shown");
                            }
                            return OIDC_MTLS;
                        });
    }

    private static String proof(Presented presented) {
        List<String> sent = presented.headers().getAll(DPOP);
        if (sent.size() != 1) {
            throw refusal("one header 'DPoP' with a proof belongs to it");
        }
        return sent.get(0);
    }

    private static URI url(Presented presented) {
        return presented
                .url()
                .orElseThrow(() -> refusal("this gateway does not know its own URL (writ.identity.resource)"));
    }

    private static Optional<String> thumbprint(X509Certificate certificate) {
        return SpiffeIds.thumbprint(certificate)
                .map(digest -> HexFormat.of().parseHex(digest.substring("sha256:".length())))
                .map(bytes -> Base64URL.encode(bytes).toString());
    }

    private static Problem refusal(String why) {
        return new Problem(ProblemType.UNAUTHENTICATED, "The token is refused: " + why + ".");
    }

    /** Keys of an issuer may have come on a thread of the client that fetched them. */
    static Executor sameThread() {
        Context ours = Vertx.currentContext();
        return command -> {
            if (ours == null || Vertx.currentContext() == ours) {
                command.run();
            } else {
                ours.runOnContext(there -> command.run());
            }
        };
    }
}
