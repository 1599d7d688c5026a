package dev.writ.connect.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A block of IP addresses (RFC 4632, RFC 4291 2.3).
 *
 * @param bits how many leading bits of {@code network} an address must share
 */
record Cidr(InetAddress network, int bits) {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    Cidr {
        if (bits < 0 || bits > network.getAddress().length * 8) {
            throw new IllegalArgumentException("a prefix length is at most 32 for IPv4 and 128 for IPv6");
        }
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String literal = text.substring(0, Math.max(slash, 0));
        // Only literals get past this, so that nothing is ever looked up.
        if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            throw malformed(text);
        }
        try {
            return new Cidr(InetAddress.getByName(literal), Integer.parseInt(text.substring(slash + 1)));
        } catch (UnknownHostException | NumberFormatException notOne) {
            throw malformed(text);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + text + "' is no block of addresses such as 10.0.0.0/8 or fd00::/8");
    }

    boolean contains(InetAddress address) {
        byte[] own = network.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((own[bit >> 3] & mask) != (other[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }
}
