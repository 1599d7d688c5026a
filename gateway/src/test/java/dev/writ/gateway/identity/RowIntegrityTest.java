package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.Bank;
import dev.writ.gateway.Client;
import dev.writ.gateway.Superuser;
import dev.writ.gateway.WritTest;
import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.auditing.Journal;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever can write to the database, but not to the log, gains nothing: what they wrote is not believed at the next start. */
@WritTest
class RowIntegrityTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Bank bank = Bank.shared();

    @Inject
    GovernedState state;

    @Inject
    KeyRows keyRows;

    @Inject
    AgentRows agentRows;

    @Inject
    SessionRows sessionRows;

    @Inject
    Journal journal;

    @Inject
    Pseudonyms pseudonyms;

    @Inject
    IdentityConfig config;

    /** What a replica would know that starts now. */
    private Directory started() {
        Directory directory = new Directory(state, keyRows, agentRows);
        directory.load().await().atMost(PATIENCE);
        return directory;
    }

    private static String id(Client client) {
        return client.key().split("_", -1)[1];
    }

    private static void tamper(String sql) {
        try (Superuser superuser = Superuser.connect()) {
            superuser.execute(sql);
        }
    }

    @Test
    void whatIsAsItsEntrySaysIsLoaded() {
        Client agent = bank.fixture().agent("ann");
        Directory directory = started();

        assertThat(directory.key(id(agent)).orElseThrow().subjects()).containsExactly(pseudonyms.of("ann"));
        assertThat(directory.hasAgent(agent.name())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roles = 'admin'",
                "principal = 'root'",
                "subjects = ''",
                "groups = 'finance'",
                "person = 'somebody'",
                "expires_at = expires_at + interval '1 day'",
                "secret_hash = decode('" + "00" + "', 'hex')",
                "secret_hash = sha256('mine')",
                "purpose = 'anything'",
                "entry_index = entry_index - 1",
                "entry_hash = sha256('mine')"
            })
    void aKeyWhoseRowWasEditedIsNotLoaded(String edit) {
        Client agent = bank.fixture().agent("ann");
        tamper("UPDATE writ.api_key SET " + edit + " WHERE id = '" + id(agent) + "'");

        assertThat(started().key(id(agent))).isEmpty();
    }

    @Test
    void whomARevokedKeyNamedIsLoadedWithoutTheKey() {
        String name = "ann-" + UUID.randomUUID();
        String person = name + "@example.com";
        Client ann = bank.fixture()
                .admin
                .issue(name, Map.of("roles", List.of("approver"), "groups", List.of("finance"), "person", person));
        bank.fixture().admin.request().delete("/v1/keys/" + id(ann)).then().statusCode(204);
        Directory directory = started();

        assertThat(directory.key(id(ann))).isEmpty();
        assertThat(directory.personsOf(name)).containsExactly(pseudonyms.of(person));
    }

    @Test
    void aRevokedKeyDoesNotComeBackWithItsOldRow() {
        Client agent = bank.fixture().agent();
        tamper("CREATE TABLE public.before AS SELECT * FROM writ.api_key WHERE id = '" + id(agent) + "'");
        bank.fixture().admin.request().delete("/v1/keys/" + id(agent)).then().statusCode(204);
        tamper("DELETE FROM writ.api_key WHERE id = '" + id(agent) + "'");
        tamper("INSERT INTO writ.api_key SELECT * FROM public.before");
        tamper("DROP TABLE public.before");

        assertThat(started().key(id(agent))).isEmpty();
    }

    @Test
    void aKeyThatNoEntryMadeIsNotLoaded() {
        tamper(
                "INSERT INTO writ.api_key SELECT '00000000000000ff', principal, sha256('mine'), 'admin', subjects, expires_at,"
                        + " purpose, revoked, entry_index, entry_hash FROM writ.api_key LIMIT 1");

        assertThat(started().key("00000000000000ff")).isEmpty();
        tamper("DELETE FROM writ.api_key WHERE id = '00000000000000ff'");
    }

    @Test
    void anAgentThatNoEntryRegisteredIsNotLoaded() {
        tamper(
                "INSERT INTO writ.agent SELECT 'mole', owner, description, entry_index, entry_hash FROM writ.agent LIMIT 1");

        assertThat(started().hasAgent("mole")).isFalse();
        tamper("DELETE FROM writ.agent WHERE name = 'mole'");
    }

    @Test
    void aSessionIsReadFromItsRowUnlessTheRowWasEdited() {
        Client agent = bank.fixture().agent("ann");
        Client application = bank.fixture().admin.issue(agent.name(), List.of("application"), List.of("ann"));
        String session = application
                .post("/v1/sessions", Map.of("task", "pay", "onBehalfOf", "ann"))
                .path("id");

        assertThat(check(session, agent.name(), "ann")).isTrue();
        assertThat(check(session, agent.name(), "eve")).isFalse();

        tamper("UPDATE writ.session SET subject = '" + pseudonyms.of("eve") + "' WHERE id = '" + session + "'");

        assertThat(check(session, agent.name(), "eve")).isFalse();
        assertThat(check(session, agent.name(), "ann")).isFalse();
        assertThat(check("0".repeat(32), agent.name(), "ann")).isFalse();
    }

    /** Asks a replica that has nothing in memory. */
    private boolean check(String session, String agent, String person) {
        return new Sessions(journal, state, sessionRows, pseudonyms, new SecureRandom(), config)
                .check(session, agent, Optional.of(person))
                .await()
                .atMost(PATIENCE);
    }
}
