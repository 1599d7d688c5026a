package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SealedInputTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonValue VALUE = JsonValue.parse("{\"customer\":\"Zo\u00eb\",\"amount\":18.5}");

    private final SubjectKey key = SubjectKey.generate("subject-1", RANDOM);
    private final SealedInput sealed = SealedInput.seal(key, new Input("facts", VALUE, true), RANDOM);

    @Test
    void opensUnderItsKey() {
        SealedInput kept = SealedInput.of(sealed.name(), sealed.commitment(), sealed.ciphertext());

        assertThat(kept.open(key)).isEqualTo(VALUE);
    }

    @Test
    void isDifferentEachTime() {
        SealedInput again = SealedInput.seal(key, new Input("facts", VALUE, true), RANDOM);

        assertThat(again.commitment()).isNotEqualTo(sealed.commitment());
        assertThat(Arrays.copyOf(again.ciphertext(), 12)).isNotEqualTo(Arrays.copyOf(sealed.ciphertext(), 12));
    }

    @Test
    void doesNotOpenUnderAnotherKeyNameOrCommitment() {
        Commitment other = new Commitment(Digest.of(new byte[0]));

        assertRefused(sealed, SubjectKey.generate("subject-1", RANDOM));
        assertRefused(SealedInput.of("other", sealed.commitment(), sealed.ciphertext()), key);
        assertRefused(SealedInput.of("facts", other, sealed.ciphertext()), key);
    }

    @Test
    void doesNotOpenAfterAnyChange() {
        byte[] ciphertext = sealed.ciphertext();
        for (int bit = 0; bit < ciphertext.length * Byte.SIZE; bit++) {
            byte[] flipped = ciphertext.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertRefused(SealedInput.of("facts", sealed.commitment(), flipped), key);
        }
        for (int length = 0; length < ciphertext.length; length++) {
            assertRefused(SealedInput.of("facts", sealed.commitment(), Arrays.copyOf(ciphertext, length)), key);
        }
    }

    @Test
    void doesNotOpenWhenTheValueIsNotTheOneCommittedTo() {
        // Whoever has the key can encrypt anything, but not for a commitment that a leaf already holds.
        byte[] nonce = new byte[32];
        Commitment honest = Commitment.to(nonce, VALUE);
        byte[] plain = Arrays.copyOf(nonce, 32 + 3);
        System.arraycopy("\"x\"".getBytes(StandardCharsets.US_ASCII), 0, plain, 32, 3);
        byte[] associated = ("writ-input-v1\n" + honest.text() + "facts").getBytes(StandardCharsets.UTF_8);
        byte[] forged = AesGcm.seal(key.key(), associated, plain);

        assertRefused(SealedInput.of("facts", honest, forged), key);
        Commitment own = Commitment.to(nonce, new JsonString("x"));
        byte[] fitting = ("writ-input-v1\n" + own.text() + "facts").getBytes(StandardCharsets.UTF_8);
        assertThat(SealedInput.of("facts", own, AesGcm.seal(key.key(), fitting, plain))
                        .open(key))
                .isEqualTo(new JsonString("x"));
    }

    @Test
    void showsNeitherValueNorNonce() {
        String bytes = new String(sealed.ciphertext(), StandardCharsets.ISO_8859_1);

        assertThat(bytes).doesNotContain("customer");
        assertThat(sealed).hasToString("SealedInput[facts]");
        assertThat(sealed.ciphertext()).hasSize(60 + VALUE.toBytes().length);
    }

    private static void assertRefused(SealedInput input, SubjectKey key) {
        assertThatThrownBy(() -> input.open(key)).isInstanceOf(VerificationException.class);
    }
}
