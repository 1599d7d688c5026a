package dev.writ.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.AgentBuild.Part;
import dev.writ.model.AgentBuild.Word;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentBuildTest {

    private static final AgentBuild ATTESTED = new AgentBuild(
            Optional.of(new Part("2.3", Word.ATTESTED)),
            Optional.empty(),
            Optional.of(new Part("sha256:ab", Word.CLAIMED)));

    @Test
    void isReadAsItWasWritten() {
        assertThat(AgentBuild.fromJson(ATTESTED.toJson())).isEqualTo(ATTESTED);
        assertThat(AgentBuild.fromJson(JsonObject.empty())).isEqualTo(AgentBuild.UNKNOWN);
    }

    @Test
    void whatIsAttestedIsNotReplacedByWhatIsClaimed() {
        AgentBuild claimed = new AgentBuild(
                Optional.of(new Part("9", Word.CLAIMED)), Optional.of(new Part("m", Word.CLAIMED)), Optional.empty());

        AgentBuild both = ATTESTED.or(claimed);

        assertThat(both.release()).isEqualTo(ATTESTED.release());
        assertThat(both.model()).isEqualTo(claimed.model());
        assertThat(both.prompt()).isEqualTo(ATTESTED.prompt());
    }

    @Test
    void aPartIsShortAndPlain() {
        for (String wrong : new String[] {"", " ", "a b", "-a", "a\n", "a".repeat(129), "\u00e4"}) {
            assertThatThrownBy(() -> new Part(wrong, Word.CLAIMED)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
