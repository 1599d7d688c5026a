package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class MasterKeyTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final MasterKey master = MasterKey.generate(RANDOM);
    private final SubjectKey subject = SubjectKey.generate("subject-1", RANDOM);

    @Test
    void unwrapsWhatItWrapped() {
        SubjectKey unwrapped = MasterKey.of(master.bytes()).unwrap("subject-1", master.wrap(subject));

        assertThat(unwrapped.bytes()).isEqualTo(subject.bytes());
        assertThat(unwrapped.id()).isEqualTo("subject-1");
    }

    @Test
    void keyUnwrapsInItsOwnPlaceOnly() {
        byte[] wrapped = master.wrap(subject);

        assertThatThrownBy(() -> master.unwrap("subject-2", wrapped)).isInstanceOf(VerificationException.class);
        assertThatThrownBy(() -> MasterKey.generate(RANDOM).unwrap("subject-1", wrapped))
                .isInstanceOf(VerificationException.class);
        wrapped[20] ^= 1;
        assertThatThrownBy(() -> master.unwrap("subject-1", wrapped)).isInstanceOf(VerificationException.class);
    }

    @Test
    void wrapsDifferentlyEachTime() {
        assertThat(master.wrap(subject)).hasSize(60).isNotEqualTo(master.wrap(subject));
    }

    @Test
    void derivesAnotherSecretForEachLabelAndTheSameForTheSame() {
        MasterKey other = MasterKey.generate(RANDOM);

        assertThat(MasterKey.of(master.bytes()).derive("one", 40)).isEqualTo(master.derive("one", 40));
        assertThat(master.derive("one", 40)).hasSize(40).isNotEqualTo(master.derive("two", 40));
        assertThat(other.derive("one", 40)).isNotEqualTo(master.derive("one", 40));
        assertThatThrownBy(() -> master.derive("one", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** RFC 5869 A.1. */
    @Test
    void derivesAsRfc5869Does() {
        HexFormat hex = HexFormat.of();
        byte[] pseudorandomKey =
                MasterKey.hmac(hex.parseHex("000102030405060708090a0b0c"), hex.parseHex("0b".repeat(22)));

        assertThat(hex.formatHex(MasterKey.expand(pseudorandomKey, hex.parseHex("f0f1f2f3f4f5f6f7f8f9"), 42)))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    }

    @Test
    void keysAreOf32BytesAndNeverPrinted() {
        assertThatThrownBy(() -> MasterKey.of(new byte[16])).isInstanceOf(IllegalArgumentException.class);
        assertThat(master).hasToString("MasterKey");
        assertThat(subject).hasToString("SubjectKey");
    }
}
