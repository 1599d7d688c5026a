package dev.writ.gateway.permit;

import dev.writ.connect.PermitToken;
import dev.writ.connect.PermitToken.Subject;
import dev.writ.model.JsonObject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** What a permit costs, and what other ways to sign it would: processor time, so that a busy machine says the same. A program. */
final class PermitBenchmark {

    private static final int ROUNDS = 5_000;
    private static final byte[] SIGNED = new byte[700];
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private PermitBenchmark() {}

    /** One round. */
    @FunctionalInterface
    interface Round {
        Object run() throws Exception;
    }

    public static void main(String[] none) throws Exception {
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair ec = curve.generateKeyPair();
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        PermitKey ours = PermitKey.derive(new Mint().master, "benchmark");
        Ed25519PrivateKeyParameters theirs =
                new Ed25519PrivateKeyParameters(edwards.getPrivate().getEncoded(), 16);
        PermitToken permit =
                new Mint().permit(JsonObject.builder().put("amount", 18).build(), Duration.ofHours(1));

        measure("a permit", () -> permit.mint(Mint.AUDIENCE, Subject.PSEUDONYM));
        measure("ES256, Bouncy Castle", () -> ours.signature(SIGNED));
        measure("ES256, JDK", () -> sign("SHA256withECDSAinP1363Format", ec));
        measure("Ed25519, Bouncy Castle", () -> {
            Ed25519Signer signer = new Ed25519Signer();
            signer.init(true, theirs);
            signer.update(SIGNED, 0, SIGNED.length);
            return signer.generateSignature();
        });
        measure("Ed25519, JDK", () -> sign("Ed25519", edwards));
    }

    private static byte[] sign(String algorithm, KeyPair pair) throws Exception {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(SIGNED);
        return signature.sign();
    }

    private static void measure(String what, Round round) throws Exception {
        int kept = 0;
        double best = Double.MAX_VALUE;
        for (int pass = 0; pass < 4; pass++) {
            long before = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < ROUNDS; i++) {
                kept += round.run().hashCode() & 1;
            }
            best = Math.min(best, (THREADS.getCurrentThreadCpuTime() - before) / 1e3 / ROUNDS);
        }
        System.out.printf("%-24s %6.1f us (%d)%n", what, best, kept);
    }
}
