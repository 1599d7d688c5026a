package dev.writ.gateway.export;

import dev.writ.audit.VerificationException;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Entry bundles: leaves, each after its length as two bytes.
 *
 * @see <a href="https://c2sp.org/tlog-tiles">C2SP tlog-tiles</a>
 */
final class Bundles {

    private Bundles() {}

    static byte[] encode(List<byte[]> leaves) {
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        for (byte[] leaf : leaves) {
            bundle.write(leaf.length >>> 8);
            bundle.write(leaf.length);
            bundle.writeBytes(leaf);
        }
        return bundle.toByteArray();
    }

    /** @throws VerificationException if it is not exactly that many leaves */
    static List<byte[]> decode(byte[] bundle, int width) {
        ByteBuffer in = ByteBuffer.wrap(bundle);
        List<byte[]> leaves = new ArrayList<>(width);
        try {
            while (in.hasRemaining()) {
                byte[] leaf = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(leaf);
                leaves.add(leaf);
            }
        } catch (BufferUnderflowException cut) {
            throw new VerificationException("an entry bundle ends within an entry", cut);
        }
        if (leaves.size() != width) {
            throw new VerificationException("an entry bundle holds another number of entries than its name says");
        }
        return leaves;
    }
}
