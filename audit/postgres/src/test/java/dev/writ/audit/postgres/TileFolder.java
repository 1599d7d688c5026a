package dev.writ.audit.postgres;

import dev.writ.audit.ConsistencyProof;
import dev.writ.audit.Frontier;
import dev.writ.audit.HashSource;
import dev.writ.audit.InclusionProof;
import dev.writ.audit.LogPath;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MerkleHash;
import dev.writ.audit.TlogProof;
import dev.writ.audit.VerificationException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A log as third parties read it, made from nothing but what is in the tables.
 *
 * @param folder with the newest checkpoint, tiles and entry bundles
 * @param claims with a proof of inclusion and one of consistency: the files vkey, proof, leaf, earlier, consistency
 */
record TileFolder(Path folder, Path claims) {

    /** Writes a folder below that one. */
    static TileFolder write(DatabaseUrl reader, LogVerifierKey key, Path below) {
        try (Connection connection = Databases.connect(reader)) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            TileFolder target = new TileFolder(
                    Files.createTempDirectory(below, "tiles"), Files.createTempDirectory(below, "claims"));
            target.write(connection, key);
            return target;
        } catch (SQLException failed) {
            throw new DatabaseException("the log cannot be read", failed);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void write(Connection connection, LogVerifierKey key) throws SQLException, IOException {
        String head = note(connection, "ORDER BY size DESC LIMIT 1");
        int size = size(head);
        put(folder, "checkpoint", head.getBytes(StandardCharsets.UTF_8));
        List<byte[]> leaves = leaves(connection, size);
        writeBundles(leaves);
        List<byte[]> hashes = leaves.stream().map(MerkleHash::leaf).collect(Collectors.toList());
        writeTiles(hashes);

        put(claims, "vkey", key.vkey().getBytes(StandardCharsets.UTF_8));
        String earlier = earlier(connection, key, size);
        put(claims, "earlier", earlier.getBytes(StandardCharsets.UTF_8));
        if (leaves.size() < size || size == 0) {
            return; // nothing can be proved of a log that lacks entries
        }
        HashSource source = HashSource.of(hashes);
        put(
                claims,
                "consistency",
                ConsistencyProof.build(size(earlier), size, source).path().stream()
                        .map(hash -> Base64.getEncoder().encodeToString(hash.bytes()))
                        .collect(Collectors.joining("\n"))
                        .getBytes(StandardCharsets.UTF_8));
        int index = size / 3;
        TlogProof proof =
                new TlogProof(index, InclusionProof.build(index, size, source).path(), head);
        put(claims, "proof", proof.toText().getBytes(StandardCharsets.UTF_8));
        put(claims, "leaf", leaves.get(index));
    }

    /** One from the middle, or, if another key signed that, the one before the newest. */
    private static String earlier(Connection connection, LogVerifierKey key, long size) throws SQLException {
        String middle = note(connection, "AND size <= " + size / 2 + " ORDER BY size DESC LIMIT 1");
        try {
            key.verify(middle);
            return middle;
        } catch (VerificationException ofAnotherKey) {
            return note(connection, "AND size < " + size + " ORDER BY size DESC LIMIT 1");
        }
    }

    private void writeBundles(List<byte[]> leaves) throws IOException {
        for (int from = 0; from < leaves.size(); from += LogPath.WIDTH) {
            List<byte[]> some = leaves.subList(from, Math.min(leaves.size(), from + LogPath.WIDTH));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            for (byte[] leaf : some) {
                out.writeShort(leaf.length);
                out.write(leaf);
            }
            put(folder, new LogPath.EntryBundle(from / LogPath.WIDTH, some.size()).path(), bytes.toByteArray());
        }
    }

    private void writeTiles(List<byte[]> leafHashes) throws IOException {
        List<byte[]> hashes = leafHashes;
        for (int level = 0; !hashes.isEmpty(); level++) {
            List<byte[]> above = new ArrayList<>();
            for (int from = 0; from < hashes.size(); from += LogPath.WIDTH) {
                List<byte[]> some = hashes.subList(from, Math.min(hashes.size(), from + LogPath.WIDTH));
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (byte[] hash : some) {
                    bytes.write(hash);
                }
                put(folder, new LogPath.HashTile(level, from / LogPath.WIDTH, some.size()).path(), bytes.toByteArray());
                if (some.size() == LogPath.WIDTH) {
                    above.add(Frontier.empty().append(some).root());
                }
            }
            hashes = above;
        }
    }

    private static List<byte[]> leaves(Connection connection, int size) throws SQLException {
        List<byte[]> leaves = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1000);
            try (ResultSet rows = statement.executeQuery(
                    "SELECT leaf FROM audit.entry WHERE log_id = 1 AND idx < " + size + " ORDER BY idx")) {
                while (rows.next()) {
                    leaves.add(rows.getBytes(1));
                }
            }
        }
        return leaves;
    }

    private static String note(Connection connection, String which) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT note FROM audit.checkpoint WHERE log_id = 1 " + which)) {
            row.next();
            return row.getString(1);
        }
    }

    private static int size(String note) {
        return Integer.parseInt(note.split("\n", 3)[1]);
    }

    private static void put(Path folder, String path, byte[] bytes) throws IOException {
        Path file = folder.resolve(path);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, bytes);
    }
}
