package dev.writ.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.MasterKey;
import dev.writ.model.JsonObject;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class CookieSealTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonObject CONTENT =
            JsonObject.builder().put("id", "x").build();

    private final MasterKey master = MasterKey.generate(RANDOM);
    private final CookieSeal seal = new CookieSeal(master, RANDOM);

    @Test
    void whatOneReplicaSealsAnotherOpens() {
        assertThat(new CookieSeal(master, RANDOM)
                        .open(CookieSeal.Use.SESSION, seal.seal(CookieSeal.Use.SESSION, CONTENT)))
                .contains(CONTENT);
        assertThat(new CookieSeal(MasterKey.generate(RANDOM), RANDOM)
                        .open(CookieSeal.Use.SESSION, seal.seal(CookieSeal.Use.SESSION, CONTENT)))
                .isEmpty();
    }

    @Test
    void whatIsSealedForOneUseIsNothingForAnother() {
        assertThat(seal.open(CookieSeal.Use.SIGN_IN, seal.seal(CookieSeal.Use.SESSION, CONTENT)))
                .isEmpty();
        assertThat(seal.open(CookieSeal.Use.SESSION, seal.seal(CookieSeal.Use.SIGN_IN, CONTENT)))
                .isEmpty();
    }
}
