package dev.writ.gateway.permit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.MasterKey;
import dev.writ.model.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermitKeyTest {

    /** RFC 6979 A.2.5. */
    private static final BigInteger KNOWN =
            new BigInteger("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", 16);

    private static final byte[] SAMPLE = "sample".getBytes(StandardCharsets.US_ASCII);

    @Test
    void thePublicHalfIsTheOneThatBelongsToTheNumber() {
        JsonObject jwk = PermitKey.of(KNOWN).jwk();

        assertThat(hex(jwk, "x")).isEqualTo("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6");
        assertThat(hex(jwk, "y")).isEqualTo("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
    }

    @Test
    void signsWhatRfc6979Signs() {
        assertThat(HexFormat.of().withUpperCase().formatHex(PermitKey.of(KNOWN).signature(SAMPLE)))
                .isEqualTo("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
                        + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8");
    }

    @Test
    void theJdkComputesTheSamePublicHalfAndAcceptsWhatItSigns() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        for (int i = 0; i < 20; i++) {
            KeyPair pair = generator.generateKeyPair();
            PermitKey key = PermitKey.of(((ECPrivateKey) pair.getPrivate()).getS());
            Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
            verifier.initVerify(pair.getPublic());
            verifier.update(SAMPLE);
            ECPoint point = ((ECPublicKey) pair.getPublic()).getW();

            assertThat(new BigInteger(hex(key.jwk(), "x"), 16)).isEqualTo(point.getAffineX());
            assertThat(new BigInteger(hex(key.jwk(), "y"), 16)).isEqualTo(point.getAffineY());
            assertThat(verifier.verify(key.signature(SAMPLE))).isTrue();
        }
    }

    @Test
    void isTheSameForTheSameLabelOnly() {
        MasterKey master = MasterKey.generate(new SecureRandom());

        PermitKey key = PermitKey.derive(master, "one");

        assertThat(PermitKey.derive(MasterKey.of(master.bytes()), "one").jwk()).isEqualTo(key.jwk());
        assertThat(PermitKey.derive(master, "two").id()).isNotEqualTo(key.id());
        assertThat(key).hasToString("PermitKey[" + key.id() + "]");
    }

    @Test
    void coordinatesAreAlwaysOf32BytesAndNothingSecretIsPublished() {
        MasterKey master = MasterKey.generate(new SecureRandom());

        Set<Integer> lengths = IntStream.range(0, 300)
                .mapToObj(number -> PermitKey.derive(master, "key " + number).jwk())
                .map(jwk -> jwk.text("x").orElseThrow().length()
                        + jwk.text("y").orElseThrow().length())
                .collect(Collectors.toSet());

        assertThat(lengths).containsExactly(86);
        assertThat(PermitKey.of(KNOWN).jwk().members().keySet())
                .containsExactlyInAnyOrder("kty", "crv", "x", "y", "alg", "use", "kid");
    }

    private static String hex(JsonObject jwk, String coordinate) {
        byte[] bytes = Base64.getUrlDecoder().decode(jwk.text(coordinate).orElseThrow());
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }
}
