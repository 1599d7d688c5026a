package dev.writ.gateway.passkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.audit.Authenticator;
import dev.writ.audit.PasskeyKey;
import dev.writ.gateway.problem.Problem;
import dev.writ.model.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttestationsTest {

    private static final String CHALLENGE = "a challenge";
    private static final RelyingParty PARTY = new RelyingParty(Authenticator.RP_ID, Set.of(Authenticator.ORIGIN));

    private static String encoded() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(CHALLENGE.getBytes(StandardCharsets.UTF_8));
    }

    private static Attestations.Made verify(JsonObject credential) {
        return Attestations.verify(credential, PARTY, CHALLENGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {PasskeyKey.ES256, PasskeyKey.EDDSA, PasskeyKey.RS256})
    void readsTheKeyThatWasMade(int algorithm) {
        Authenticator authenticator = Authenticator.of(algorithm).counting(4_000_000_000L);

        Attestations.Made made = verify(authenticator.create(encoded()));

        assertThat(made.key()).isEqualTo(authenticator.key());
        assertThat(made.counter()).isEqualTo(4_000_000_000L);
    }

    @Test
    void bytesThatWereChangedMakeAnotherKeyOrAProblemAndNothingElse() {
        Authenticator authenticator = Authenticator.es256();
        byte[] good = authenticator.attestationObject();
        Random random = new Random(11);
        for (int i = 0; i < 3_000; i++) {
            byte[] bad = good.clone();
            for (int n = 0; n <= random.nextInt(3); n++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            byte[] shown = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
            try {
                verify(authenticator.create(encoded(), shown));
            } catch (Problem refused) {
                assertThat(refused.type().status()).as("%s", refused.detail()).isBetween(400, 499);
            }
        }
    }

    @Test
    void refusesACredentialOfAnotherId() {
        Authenticator authenticator = Authenticator.es256();
        JsonObject other = Authenticator.es256().create(encoded(), authenticator.attestationObject());

        assertThatThrownBy(() -> verify(other)).isInstanceOf(Problem.class).hasMessageContaining("another credential");
    }

    @Test
    void refusesDeepNesting() {
        byte[] deep = new byte[12_000];
        Arrays.fill(deep, (byte) 0x81);

        assertThatThrownBy(() -> verify(Authenticator.es256().create(encoded(), deep)))
                .isInstanceOf(Problem.class);
    }
}
