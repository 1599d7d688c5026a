package dev.writ.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.MasterKey;
import dev.writ.audit.Recorded;
import dev.writ.connect.testkit.RecordingConnector;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredConnectorTest {

    private final SealedCredential sealed = Bank.sealed();
    private final Recorded entry = Bank.registered(3, sealed);
    private final FakeTechnology technology = new FakeTechnology();

    @Test
    void opensWhatItsEntrySays() {
        assertThat(problems(Bank.row(entry, sealed))).isEmpty();
        assertThat(technology.credential()).isEqualTo(Secrets.of(Bank.CREDENTIAL));
    }

    @Test
    void refusesARowThatNamesAnotherEntry() {
        assertThat(problems(Bank.row(Bank.registered(2, sealed), sealed)))
                .containsExactly("the row names another entry");
    }

    @Test
    void refusesSettingsThatWereChanged() {
        assertThat(problems(Bank.row(entry, Bank.settings("https://evil.example"), sealed)))
                .containsExactly("the row's settings are not those that were recorded");
        assertThat(technology.opened()).isEmpty();
    }

    @Test
    void refusesACredentialThatWasChanged() {
        assertThat(problems(Bank.row(entry, Bank.sealed())))
                .containsExactly("the row's credential is not the one that was recorded");
    }

    @Test
    void refusesACredentialOfAnotherMasterKey() {
        SealedCredential foreign = SealedCredential.seal(
                "bank", Secrets.of(Bank.CREDENTIAL), MasterKey.generate(new SecureRandom()), new SecureRandom());

        Recorded said = Bank.registered(3, foreign);

        assertThat(problems(said, Bank.row(said, foreign))).containsExactly("the row cannot be read");
    }

    @Test
    void refusesTextThatIsNoSettings() {
        StoredConnector row = new StoredConnector("[]", sealed.text(), 3, entry::equals);

        assertThat(problems(row)).containsExactly("the row cannot be read");
    }

    @Test
    void refusesToolsThatAreNotThosePinned() {
        RecordingConnector other = Bank.connector(Bank.balance());
        technology.offer(other);

        assertThat(problems(Bank.row(entry, sealed)))
                .containsExactly("its tools are not those that were recorded; register it again");
        assertThat(other.isClosed()).isTrue();
    }

    private List<String> problems(StoredConnector row) {
        return problems(entry, row);
    }

    private List<String> problems(Recorded said, StoredConnector row) {
        return row.open(said, technology, Bank.MASTER).fold(ready -> List.of(), Preparation.Refused::problems);
    }
}
