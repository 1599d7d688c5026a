package dev.writ.gateway.identity;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Finds the registered key that a TLS client certificate speaks for. */
@ApplicationScoped
class CertificateCallers {

    static final String MTLS = "mtls";

    private final Directory directory;
    private final IdentityConfig config;
    private final InstantSource clock;

    CertificateCallers(Directory directory, IdentityConfig config, InstantSource clock) {
        this.directory = directory;
        this.config = config;
        this.clock = clock;
    }

    /** The certificate that the caller showed and TLS has verified, if it did. */
    static Optional<X509Certificate> of(RoutingContext context) {
        if (!context.request().isSSL()) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = context.request().sslSession().getPeerCertificates();
            return Stream.of(chain)
                    .limit(1)
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .findFirst();
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    /** Who shows that certificate; a {@link Problem} if nobody is registered for it. */
    Caller caller(X509Certificate certificate) {
        List<String> domains = config.trustDomains().orElse(List.of());
        return Stream.concat(SpiffeIds.thumbprint(certificate).stream(), SpiffeIds.of(certificate, domains).stream())
                .flatMap(name -> directory.heldBy(Holder.of(new Proof.Certificate(name))).stream())
                .filter(key -> !key.isExpiredAt(clock.instant()))
                .findFirst()
                .map(key -> Caller.of(key, MTLS))
                .orElseThrow(() -> new Problem(
                        ProblemType.FORBIDDEN,
                        "No key is registered for your certificate, or it has expired. An administrator makes one with"
                                + " POST /v1/keys and 'certificate'."));
    }
}
