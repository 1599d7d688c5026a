package dev.writ.connect.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworksTest {

    /** Of a literal; nothing is looked up. */
    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException notLiteral) {
            throw new AssertionError(notLiteral);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "168.63.129.15",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "223.255.255.255",
                "2001:4860:4860::8888",
                "2606:4700::1111",
                "2a00:1450::1"
            })
    void allowPublicAddresses(String literal) {
        assertThat(Networks.publicOnly().allow(address(literal))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:0:127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:0:7f00:1::1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2002:a00:1::",
                "3fff::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void refuseAllOthers(String literal) {
        assertThat(Networks.publicOnly().allow(address(literal))).isFalse();
    }

    @Test
    void allowWhatTheOperatorAdds() {
        Networks networks = Networks.publicAnd("10.1.0.0/16", "fd00:1::/32");
        assertThat(networks.allow(address("10.1.255.255"))).isTrue();
        assertThat(networks.allow(address("fd00:1:ffff::1"))).isTrue();
        assertThat(networks.allow(address("8.8.8.8"))).isTrue();
    }

    @Test
    void allowNothingBesideWhatTheOperatorAdds() {
        Networks networks = Networks.publicAnd("10.1.0.0/16", "fd00:1::/32");
        assertThat(networks.allow(address("10.2.0.0"))).isFalse();
        assertThat(networks.allow(address("10.0.255.255"))).isFalse();
        assertThat(networks.allow(address("fd00:2::1"))).isFalse();
    }

    @Test
    void compareOnlyTheBitsOfThePrefix() {
        assertThat(Networks.publicAnd("10.1.2.3/31").allow(address("10.1.2.2"))).isTrue();
        assertThat(Networks.publicAnd("10.1.2.3/32").allow(address("10.1.2.2"))).isFalse();
        assertThat(Networks.publicAnd("0.0.0.0/0").allow(address("127.0.0.1"))).isTrue();
        assertThat(Networks.publicAnd("0.0.0.0/0").allow(address("::1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "10.0.0/8",
                "10.0.0.256/8",
                "localhost/8",
                "fd00::/129",
                "fd00:::/8",
                "/8",
                ""
            })
    void refuseABlockThatIsNone(String block) {
        assertThatIllegalArgumentException().isThrownBy(() -> Networks.publicAnd(block));
    }
}
