package dev.writ.gateway.permit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.MasterKey;
import dev.writ.model.JsonObject;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
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

    @Test
    void thePublicHalfIsTheOneThatBelongsToTheNumber() {
        JsonObject jwk = PermitKey.of(KNOWN).jwk();

        assertThat(hex(jwk, "x")).isEqualTo("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6");
        assertThat(hex(jwk, "y")).isEqualTo("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299");
    }

    @Test
    void thePublicHalfIsTheOneThatTheJdkComputes() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        for (int i = 0; i < 20; i++) {
            KeyPair pair = generator.generateKeyPair();
            assertThat(P256.publicPoint(((ECPrivateKey) pair.getPrivate()).getS()))
                    .isEqualTo(((ECPublicKey) pair.getPublic()).getW());
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
