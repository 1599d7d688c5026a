package dev.writ.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.quarkus.security.AuthenticationFailedException;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrangersTest {

    private final AtomicLong now = new AtomicLong();
    private final Strangers strangers = new Strangers(new Limits(1_000, 1_000, 100, 1, 3, 2), now::get);

    private int admitted(String address) {
        int admitted = 0;
        while (strangers.admits(SocketAddress.inetSocketAddress(1_000 + admitted, address))) {
            admitted++;
        }
        return admitted;
    }

    @Test
    void anAddressIsLimitedWhateverItsPort() {
        assertThat(admitted("192.0.2.1")).isEqualTo(3);
    }

    @Test
    void anAddressDoesNotLimitAnother() {
        assertThat(admitted("192.0.2.1")).isEqualTo(3);
        assertThat(admitted("192.0.2.2")).isEqualTo(3);
    }

    @Test
    void aNetworkOfIpv6IsOneStranger() {
        assertThat(admitted("2001:db8::1")).isEqualTo(3);
        assertThat(admitted("2001:db8::2")).isZero();
        assertThat(admitted("2001:db8:0:1::2")).isEqualTo(3);
    }

    @Test
    void theAddressSilentLongestIsForgotten() {
        admitted("192.0.2.1");
        admitted("192.0.2.2");
        assertThat(admitted("192.0.2.1")).isZero();
        admitted("192.0.2.3");

        assertThat(admitted("192.0.2.1")).isZero();
        assertThat(admitted("192.0.2.2")).isEqualTo(3);
    }

    @Test
    void aSocketWithoutAnAddressIsAStrangerToo() {
        assertThat(strangers.admits(SocketAddress.domainSocketAddress("/run/writ.sock")))
                .isTrue();
    }

    @Test
    void whatIsMalformedBesideACredentialIsNoGuess() {
        SocketAddress from = SocketAddress.inetSocketAddress(1, "192.0.2.9");
        Problem malformed = new Problem(ProblemType.MALFORMED, "a test");
        for (int i = 0; i < 10; i++) {
            assertThat(strangers.told(malformed, from)).isSameAs(malformed);
        }
        Problem wrong = new Problem(ProblemType.UNAUTHENTICATED, "a test");
        AuthenticationFailedException unknown = new AuthenticationFailedException();
        assertThat(strangers.told(wrong, from)).isSameAs(wrong);
        assertThat(strangers.told(unknown, from)).isSameAs(unknown);
        assertThat(strangers.told(wrong, from)).isSameAs(wrong);
        assertThat(strangers.told(wrong, from))
                .isInstanceOfSatisfying(
                        Problem.class, told -> assertThat(told.type()).isEqualTo(ProblemType.TOO_MANY_REQUESTS));
        assertThat(strangers.told(malformed, from)).isSameAs(malformed);
    }
}
