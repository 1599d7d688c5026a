package dev.writ.gateway.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Cosigner;
import dev.writ.audit.LogSigner;
import dev.writ.gateway.auditing.Witnessing.Operation;
import dev.writ.gateway.witness.WitnessedSizeTest.Configured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTest {

    private static final LogSigner LOG = LogSigner.generate("example.com/log", new SecureRandom());
    private static final String WITNESS = "witness w1 "
            + Cosigner.generate("example.com/w1", new SecureRandom())
                    .verifierKey()
                    .vkey();

    @TempDir
    Path folder;

    private Policy policy(String text, Operation... required) throws IOException {
        Path file = folder.resolve("policy");
        Files.writeString(file, text);
        return new Policy(new Configured(Optional.of(file), Optional.of(Set.of(required))), LOG.keys());
    }

    @Test
    void withoutAPolicyThereAreNoWitnesses() {
        Policy none = new Policy(new Configured(Optional.empty(), Optional.empty()), LOG.keys());

        assertThat(none.policy()).isEmpty();
        assertThat(none.witnesses()).isEmpty();
    }

    @Test
    void asksTheWitnessesOfThePolicy() throws IOException {
        Policy policy = policy(WITNESS + " https://example.com/w1/\nquorum w1\n", Operation.KEYS);

        assertThat(policy.witnesses()).extracting(RemoteWitness::name).containsExactly("w1");
    }

    @Test
    void nothingCanBeRequiredOfNobody() throws IOException {
        assertThatThrownBy(() -> new Policy(Configured.requiring(Operation.KEYS), LOG.keys()))
                .hasMessageContaining("writ.witness.required-for needs witnesses");
        assertThatThrownBy(() -> policy("quorum none\n", Operation.APPROVALS))
                .hasMessageContaining("writ.witness.required-for needs witnesses");
    }

    @Test
    void refusesAPolicyThatKnowsARetiredKeyOnly() throws IOException {
        LogSigner later = LogSigner.generate("example.com/log", new SecureRandom());
        Path file = folder.resolve("policy");
        Files.writeString(
                file, "log " + LOG.verifierKey().vkey() + "\n" + WITNESS + " http://127.0.0.1:1\nquorum w1\n");

        assertThatThrownBy(() -> new Policy(
                        new Configured(Optional.of(file), Optional.empty()),
                        later.keys().andRetired(LOG.verifierKey())))
                .hasMessageContaining("add the line 'log " + later.verifierKey().vkey());
    }

    @Test
    void refusesAPolicyThatCannotWork() {
        String url = " http://127.0.0.1:1\n";
        LogSigner other = LogSigner.generate("example.com/other", new SecureRandom());
        Map.of(
                        WITNESS + "\nquorum w1\n", "quorum cannot be reached",
                        WITNESS + url, "no quorum line",
                        WITNESS + url + "quorum w2\n", "line 2",
                        WITNESS + " ftp://example.com\nquorum w1\n", "the URL of witness w1",
                        WITNESS + " nonsense\nquorum w1\n", "the URL of witness w1",
                        "log " + other.verifierKey().vkey() + "\n" + WITNESS + url + "quorum w1\n",
                                "no key that signs this one is among them")
                .forEach((text, what) -> assertThatThrownBy(() -> policy(text))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(what));
        assertThatThrownBy(() -> new Policy(
                        new Configured(Optional.of(folder.resolve("missing")), Optional.empty()), LOG.keys()))
                .hasMessageContaining("cannot be read");
    }
}
