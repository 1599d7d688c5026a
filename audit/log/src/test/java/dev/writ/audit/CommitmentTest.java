package dev.writ.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.writ.model.Digest;
import dev.writ.model.JsonString;
import dev.writ.model.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommitmentTest {

    private static final byte[] NONCE = new byte[32];
    private static final JsonValue VALUE = JsonValue.parse("{\"b\":1,\"a\":\"x\"}");

    @Test
    void isTheHashOfTagNonceAndCanonicalValue() {
        ByteArrayOutputStream hashed = new ByteArrayOutputStream();
        hashed.writeBytes("writ-commitment-v1\n".getBytes(StandardCharsets.US_ASCII));
        hashed.writeBytes(NONCE);
        hashed.writeBytes("{\"a\":\"x\",\"b\":1}".getBytes(StandardCharsets.US_ASCII));

        assertThat(Commitment.to(NONCE, VALUE).digest()).isEqualTo(Digest.of(hashed.toByteArray()));
        assertThat(Commitment.to(NONCE, VALUE).text()).startsWith("sha256:");
    }

    @Test
    void matchesItsNonceAndValueOnly() {
        Commitment commitment = Commitment.to(NONCE, VALUE);
        byte[] other = NONCE.clone();
        other[31] = 1;

        assertThat(commitment.matches(NONCE, VALUE)).isTrue();
        assertThat(commitment.matches(other, VALUE)).isFalse();
        assertThat(commitment.matches(NONCE, new JsonString("x"))).isFalse();
    }

    @Test
    void refusesANonceOfAnotherLength() {
        assertThatThrownBy(() -> Commitment.to(new byte[31], VALUE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Commitment.to(new byte[33], VALUE)).isInstanceOf(IllegalArgumentException.class);
    }
}
