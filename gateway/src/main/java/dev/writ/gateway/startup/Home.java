package dev.writ.gateway.startup;

import dev.writ.audit.KeyFile;
import dev.writ.audit.LogSigner;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Pseudonyms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The folder of an installation: the secrets that are never in PostgreSQL, and PostgreSQL itself if Writ brings its own.
 *
 * <p>Replicas of one installation share the secrets: give each the same folder, or a copy of the four key files. Whoever has the
 * folder can sign for the log; back it up apart from the database.
 */
public final class Home {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final String SIGNING_KEY = "signing-key";
    private static final String MASTER_KEY = "master-key";
    private static final String ROLE_SECRET = "role-secret";

    private final Path folder;

    private Home(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens the folder; makes it, for its owner only, if it is not there.
     *
     * @throws UncheckedIOException in one line, if it cannot be used
     */
    public static Home open(Path path) {
        Path folder = path.toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Files.delete(Files.createTempFile(folder, ".writable", ""));
        } catch (FileSystemException unusable) {
            throw new UncheckedIOException(
                    "the folder " + folder + " cannot be written; choose another with WRIT_HOME or --home", unusable);
        } catch (IOException broken) {
            throw new UncheckedIOException("the folder " + folder + " cannot be used", broken);
        }
        return new Home(folder);
    }

    /** The folder if it is there; nothing is made or written, so that a tool which only reads leaves no trace. */
    static Optional<Home> existing(Path path) {
        return Files.isDirectory(path)
                ? Optional.of(new Home(path.toAbsolutePath().normalize()))
                : Optional.empty();
    }

    public Path folder() {
        return folder;
    }

    /** Where the database lives that Writ brings along. */
    public Path database() {
        return folder.resolve("postgresql");
    }

    /** Where the size of the log is kept that this replica has seen committed. */
    public Path highWaterMark(String replica) {
        return folder.resolve("high-water-mark-" + replica.replaceAll("[^A-Za-z0-9._-]", "_"));
    }

    /** Signs the log. Its name is the log's origin, chosen when the key is made. */
    public LogSigner signer() {
        return LogSigner.parse(file(SIGNING_KEY).readOrCreate(() -> {
            byte[] unique = new byte[8];
            RANDOM.nextBytes(unique);
            return LogSigner.generate("writ.local/" + HexFormat.of().formatHex(unique), RANDOM)
                    .privateKey();
        }));
    }

    /** The signing key if there is one; none is made. */
    Optional<LogSigner> existingSigner() {
        return file(SIGNING_KEY).read().map(LogSigner::parse);
    }

    /** The master key if there is one; none is made. */
    Optional<MasterKey> existingMasterKey() {
        return file(MASTER_KEY).read().map(Home::decode).map(MasterKey::of);
    }

    /** The role secret if there is one; none is made. */
    Optional<byte[]> existingRoleSecret() {
        return file(ROLE_SECRET).read().map(Home::decode);
    }

    /** Wraps the keys of subjects and the credentials of connectors. */
    public MasterKey masterKey() {
        return MasterKey.of(secret(MASTER_KEY));
    }

    /** Names persons in the log. */
    public Pseudonyms pseudonyms() {
        return Pseudonyms.of(secret("pseudonym-key"));
    }

    /** From which the passwords of the database roles are derived. */
    public byte[] roleSecret() {
        return secret(ROLE_SECRET);
    }

    private byte[] secret(String name) {
        return decode(file(name).readOrCreate(() -> {
            byte[] bytes = new byte[32];
            RANDOM.nextBytes(bytes);
            return Base64.getEncoder().encodeToString(bytes);
        }));
    }

    private static byte[] decode(String secret) {
        return Base64.getDecoder().decode(secret);
    }

    private KeyFile file(String name) {
        return KeyFile.at(folder.resolve(name));
    }

    @Override
    public String toString() {
        return "Home[" + folder + "]";
    }
}
