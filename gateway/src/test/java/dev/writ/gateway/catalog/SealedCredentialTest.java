package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.MasterKey;
import dev.writ.audit.VerificationException;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedCredentialTest {

    private final SealedCredential sealed = Bank.sealed();

    @Test
    void opensWithTheSameKeyAndName() {
        assertThat(SealedCredential.of(sealed.text()).open("bank", Bank.MASTER)).isEqualTo(Secrets.of(Bank.CREDENTIAL));
    }

    @Test
    void keepsThatThereIsNone() {
        SealedCredential none = SealedCredential.seal("bank", Secrets.NONE, Bank.MASTER, new SecureRandom());

        assertThat(none.open("bank", Bank.MASTER).isEmpty()).isTrue();
    }

    @Test
    void doesNotOpenForAnotherConnector() {
        assertThatThrownBy(() -> sealed.open("bank2", Bank.MASTER)).isInstanceOf(VerificationException.class);
    }

    @Test
    void doesNotOpenWithAnotherMasterKey() {
        MasterKey other = MasterKey.generate(new SecureRandom());

        assertThatThrownBy(() -> sealed.open("bank", other)).isInstanceOf(VerificationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"key\":\"!\",\"commitment\":\"x\",\"ciphertext\":\"y\"}"})
    void refusesWhatItDidNotWrite(String text) {
        assertThatThrownBy(() -> SealedCredential.of(text).open("bank", Bank.MASTER))
                .isInstanceOf(VerificationException.class);
    }

    @Test
    void tellsNothingByItsDigest() {
        assertThat(Bank.sealed().digest()).isNotEqualTo(sealed.digest());
    }

    @Test
    void showsTheSecretNowhere() {
        assertThat(sealed.text() + sealed + Bank.CREDENTIAL).doesNotContain("canary");
    }
}
