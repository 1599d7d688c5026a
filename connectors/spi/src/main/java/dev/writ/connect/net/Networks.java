package dev.writ.connect.net;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses a connector may connect to: public ones, and what the operator adds.
 *
 * <p>Asked about the very address that is then connected to, so that no name, however it resolves, leads into the gateway's
 * own network.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA IPv4 Special-Purpose Address Registry</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA IPv6 Special-Purpose Address Registry</a>
 */
public final class Networks {

    private static final List<Cidr> NOT_PUBLIC_IPV4 = blocks(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private use
            "100.64.0.0/10", // carrier-grade NAT
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // Azure's metadata and DNS
            "169.254.0.0/16", // link-local; most clouds' metadata
            "172.16.0.0/12", // private use
            "192.0.0.0/24", // IETF protocol assignments
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // 6to4 relay
            "192.168.0.0/16", // private use
            "198.18.0.0/15", // benchmarking
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4"); // reserved, broadcast

    /**
     * The only public IPv6 block. Loopback, link-local, unique local, multicast, and IPv4 addresses mapped, compatible or behind
     * NAT64 (64:ff9b::/96) are all outside it.
     */
    private static final Cidr GLOBAL_UNICAST = Cidr.parse("2000::/3");

    private static final List<Cidr> NOT_PUBLIC_IPV6 = blocks(
            "2001::/23", // IETF protocol assignments, with Teredo
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4, which wraps any IPv4 address
            "3fff::/20"); // documentation

    /** RFC 1918, RFC 6598, RFC 4193 and loopback. */
    private static final String[] PRIVATE = {
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7"
    };

    private final List<Cidr> added;

    private Networks(List<Cidr> added) {
        this.added = added;
    }

    /** Public addresses only. */
    public static Networks publicOnly() {
        return new Networks(List.of());
    }

    /**
     * Public addresses, and these blocks.
     *
     * @param blocks such as {@code 127.0.0.0/8} or {@code fd00::/8}
     * @throws IllegalArgumentException if one is malformed
     */
    public static Networks publicAnd(String... blocks) {
        return new Networks(blocks(blocks));
    }

    /** Public addresses and private ones. Link-local is not among them: clouds keep their metadata there. */
    public static Networks publicAndPrivate() {
        return publicAnd(PRIVATE);
    }

    private static List<Cidr> blocks(String... blocks) {
        return Arrays.stream(blocks).map(Cidr::parse).toList();
    }

    boolean allow(InetAddress address) {
        return added.stream().anyMatch(block -> block.contains(address)) || isPublic(address);
    }

    private static boolean isPublic(InetAddress address) {
        boolean ipv4 = address.getAddress().length == 4;
        Stream<Cidr> exceptions = ipv4 ? NOT_PUBLIC_IPV4.stream() : NOT_PUBLIC_IPV6.stream();
        return (ipv4 || GLOBAL_UNICAST.contains(address)) && exceptions.noneMatch(block -> block.contains(address));
    }

    @Override
    public String toString() {
        return "Networks" + added;
    }
}
