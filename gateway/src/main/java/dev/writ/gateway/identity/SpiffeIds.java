package dev.writ.gateway.identity;

import dev.writ.model.Digest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Reads who a certificate is of. That somebody trustworthy issued it, TLS has checked.
 *
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md">X509-SVID</a>
 */
final class SpiffeIds {

    /** {@code uniformResourceIdentifier} of RFC 5280 4.2.1.6. */
    private static final int URI = 6;

    private SpiffeIds() {}

    /** The one SPIFFE id that the certificate names, if it may: X509-SVID 2, 4 and 5.2. */
    static Optional<String> of(X509Certificate leaf, List<String> trustDomains) {
        List<String> uris = uris(leaf);
        boolean isAuthority = leaf.getBasicConstraints() >= 0;
        return uris.size() == 1 && !isAuthority
                ? Optional.of(uris.get(0)).filter(Proof.Certificate::isName).filter(id -> isOf(id, trustDomains))
                : Optional.empty();
    }

    static boolean isOf(String id, List<String> trustDomains) {
        return trustDomains.stream().anyMatch(domain -> id.startsWith("spiffe://" + domain + "/"));
    }

    /** The other name of a certificate: {@code sha256:} and its SHA-256. */
    static Optional<String> thumbprint(X509Certificate leaf) {
        try {
            return Optional.of(Digest.of(leaf.getEncoded()).value());
        } catch (CertificateEncodingException broken) {
            return Optional.empty();
        }
    }

    private static List<String> uris(X509Certificate leaf) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException broken) {
            return List.of();
        }
    }
}
