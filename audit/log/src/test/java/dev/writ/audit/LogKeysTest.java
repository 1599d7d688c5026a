package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class LogKeysTest {

    private static final LogSigner OLD = LogSigner.generate("example.com/log", new SecureRandom());
    private static final LogSigner NEW = LogSigner.generate("example.com/log", new SecureRandom());
    private static final LogKeys KEYS = NEW.keys().andRetired(OLD.verifierKey());

    @Test
    void aRetiredKeySignsOldCheckpointsAndNoHead() {
        Checkpoint old = OLD.sign(Frontier.empty());

        assertThat(KEYS.verify(old.note())).isEqualTo(old);
        assertThatThrownBy(() -> KEYS.verifyHead(old.note())).isInstanceOf(VerificationException.class);
        assertThatThrownBy(() -> KEYS.signing().verify(old.note())).isInstanceOf(VerificationException.class);
    }

    @Test
    void aHeadIsSignedByAnyKeyThatSigns() {
        LogKeys both = OLD.with(NEW).keys();

        assertThat(both.verifyHead(OLD.sign(Frontier.empty()).note()).size()).isZero();
        assertThat(both.verifyHead(NEW.sign(Frontier.empty()).note()).size()).isZero();
        assertThat(both.andRetired(OLD.verifierKey())).as("it still signs").isEqualTo(both);
        assertThat(KEYS.and(OLD.verifierKey()).all()).containsExactly(NEW.verifierKey(), OLD.verifierKey());
    }

    @Test
    void allKeysAreOfOneLog() {
        LogVerifierKey other =
                LogSigner.generate("example.com/other", new SecureRandom()).verifierKey();

        assertThatThrownBy(() -> KEYS.and(other)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KEYS.andRetired(other)).isInstanceOf(IllegalArgumentException.class);
    }
}
