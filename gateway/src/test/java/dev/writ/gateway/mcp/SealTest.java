package dev.writ.gateway.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.MasterKey;
import dev.writ.model.JsonObject;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SealTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonObject CONTENT =
            JsonObject.builder().put("call", "c-1").build();

    private final MasterKey master = MasterKey.generate(RANDOM);
    private final Seal seal = new Seal(master, RANDOM);

    @Test
    void everyReplicaOpensWhatOneOfThemSealed() {
        String token = seal.seal(Seal.Use.TASK, CONTENT);

        assertThat(token).matches("[\\x21-\\x7e]+");
        assertThat(new Seal(master, RANDOM).open(Seal.Use.TASK, token)).contains(CONTENT);
    }

    @Test
    void nobodyElseMakesOrReadsOne() {
        String token = seal.seal(Seal.Use.TASK, CONTENT);
        Seal others = new Seal(MasterKey.generate(RANDOM), RANDOM);

        assertThat(others.open(Seal.Use.TASK, token)).isEmpty();
        assertThat(seal.open(Seal.Use.TASK, others.seal(Seal.Use.TASK, CONTENT)))
                .isEmpty();
        assertThat(token).isNotEqualTo(seal.seal(Seal.Use.TASK, CONTENT));
    }

    @Test
    void oneForAnotherUseDoesNotOpen() {
        assertThat(seal.open(Seal.Use.SESSION, seal.seal(Seal.Use.TASK, CONTENT)))
                .isEmpty();
    }

    @Test
    void oneThatWasChangedDoesNotOpen() {
        String token = seal.seal(Seal.Use.REQUEST_STATE, CONTENT);
        String turned = (token.charAt(5) == 'A' ? "B" : "A") + token.substring(6);

        for (String changed : new String[] {
            token + "-TAMPERED",
            token.substring(4),
            token.substring(0, 5) + turned,
            "",
            "=",
            "ü",
            "A".repeat(100_000),
            "A".repeat(17),
            "A".repeat(36)
        }) {
            assertThat(seal.open(Seal.Use.REQUEST_STATE, changed)).isEmpty();
        }
    }
}
