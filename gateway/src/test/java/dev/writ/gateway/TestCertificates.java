package dev.writ.gateway;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** An authority that issues certificates for tests. */
public final class TestCertificates {

    static final String AGENTS = "agents";

    private static final SecureRandom RANDOM = new SecureRandom();
    static final String PASSWORD = "not-a-secret";
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration DAY = Duration.ofDays(1);

    /** Somebody with a key and a certificate for it. */
    public record Holder(PrivateKey key, X509Certificate certificate, X509Certificate issuer) {

        /** What a key is registered with for it. */
        public String thumbprint() {
            return "sha256:" + HexFormat.of().formatHex(digest(certificate));
        }

        /** RFC 8705 3.1. */
        public String confirmation() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest(certificate));
        }

        public String pem() {
            return TestCertificates.pem("CERTIFICATE", encoded(certificate));
        }

        void writeTo(Path folder, String name) {
            try {
                Files.writeString(folder.resolve(name + ".pem"), pem());
                Files.writeString(folder.resolve(name + ".key"), TestCertificates.pem("PRIVATE KEY", key.getEncoded()));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private final Holder authority;

    private TestCertificates(Holder authority) {
        this.authority = authority;
    }

    /** The authority that the gateway under test trusts. */
    public static TestCertificates shared() {
        return read(Bank.home(), AGENTS);
    }

    /** A new authority that nobody trusts yet. */
    public static TestCertificates create(String name) {
        KeyPair pair = newPair();
        X509Certificate own =
                certificate(name, name, pair, pair.getPrivate(), Instant.now().plus(DAY), true);
        return new TestCertificates(new Holder(pair.getPrivate(), own, own));
    }

    /** The one that was written there. */
    static TestCertificates read(Path folder, String name) {
        try (InputStream stored = Files.newInputStream(folder.resolve(name + ".pem"))) {
            byte[] key = Base64.getMimeDecoder()
                    .decode(Files.readString(folder.resolve(name + ".key")).replaceAll("-----[A-Z ]+-----", ""));
            X509Certificate certificate =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(stored);
            return new TestCertificates(new Holder(
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                    certificate,
                    certificate));
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public Holder authority() {
        return authority;
    }

    /** A certificate for a day. */
    public Holder issue(String name, GeneralName... alternatives) {
        return issue(name, Instant.now().plus(DAY), alternatives);
    }

    /**
     * A certificate for two days.
     *
     * @param end of them
     */
    public Holder issue(String name, Instant end, GeneralName... alternatives) {
        KeyPair pair = newPair();
        String issuer =
                authority.certificate().getSubjectX500Principal().getName().substring("CN=".length());
        return new Holder(
                pair.getPrivate(),
                certificate(issuer, name, pair, authority.key(), end, false, alternatives),
                authority.certificate());
    }

    public static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }

    /** Names of this machine, for a server. */
    public static GeneralName[] here() {
        return new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        };
    }

    /** Trusts certificates of this authority, and shows those. */
    public SSLContext client(Holder... shown) {
        try {
            KeyStore trusted = trusted();
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyStore own = store();
            for (Holder holder : shown) {
                own.setKeyEntry("own", holder.key(), PASSWORD.toCharArray(), new X509Certificate[] {
                    holder.certificate(), holder.issuer()
                });
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), RANDOM);
            return context;
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A store with the certificate of this authority. */
    Path storeIn(Path folder) {
        Path file = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted().store(out, PASSWORD.toCharArray());
            return file;
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private KeyStore trusted() throws IOException, GeneralSecurityException {
        KeyStore trusted = store();
        trusted.setCertificateEntry("authority", authority.certificate());
        return trusted;
    }

    private static KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD.toCharArray());
        return store;
    }

    private static KeyPair newPair() {
        try {
            KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
            pairs.initialize(256, RANDOM);
            return pairs.generateKeyPair();
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** The JDK makes certificates only through its tool, and that takes a second for each. */
    private static X509Certificate certificate(
            String issuer,
            String subject,
            KeyPair pair,
            PrivateKey signer,
            Instant end,
            boolean isAuthority,
            GeneralName... alternatives) {
        try {
            AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
            V3TBSCertificateGenerator body = new V3TBSCertificateGenerator();
            body.setSerialNumber(new ASN1Integer(new BigInteger(64, RANDOM)));
            body.setIssuer(new X500Name("CN=" + issuer));
            body.setSubject(new X500Name("CN=" + subject));
            body.setStartDate(time(end.minus(DAY.multipliedBy(2))));
            body.setEndDate(time(end));
            body.setSubjectPublicKeyInfo(
                    SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
            body.setSignature(algorithm);
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (alternatives.length > 0) {
                extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            }
            body.setExtensions(extensions.generate());
            TBSCertificate unsigned = body.generateTBSCertificate();
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(signer);
            signature.update(unsigned.getEncoded(ASN1Encoding.DER));
            ASN1EncodableVector whole = new ASN1EncodableVector();
            whole.add(unsigned);
            whole.add(algorithm);
            whole.add(new DERBitString(signature.sign()));
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(new DERSequence(whole).getEncoded(ASN1Encoding.DER)));
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Time time(Instant instant) {
        return new Time(new DERUTCTime(UTC_TIME.format(instant)));
    }

    private static byte[] digest(X509Certificate certificate) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(encoded(certificate));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(bytes)
                + "\n-----END " + what + "-----\n";
    }
}
