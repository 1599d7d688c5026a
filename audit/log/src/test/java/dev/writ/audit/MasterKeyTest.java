package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
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
    void keysAreOf32BytesAndNeverPrinted() {
        assertThatThrownBy(() -> MasterKey.of(new byte[16])).isInstanceOf(IllegalArgumentException.class);
        assertThat(master).hasToString("MasterKey");
        assertThat(subject).hasToString("SubjectKey");
    }
}
