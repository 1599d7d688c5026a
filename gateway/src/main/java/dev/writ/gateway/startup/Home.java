package dev.writ.gateway.startup;

import dev.writ.audit.KeyFile;
import dev.writ.audit.KeyFileException;
import dev.writ.audit.LogKeys;
import dev.writ.audit.LogSigner;
import dev.writ.audit.LogVerifierKey;
import dev.writ.audit.MasterKey;
import dev.writ.audit.Pseudonyms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
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
    private static final String NEXT_SIGNING_KEY = "signing-key-next";
    private static final String OLD_SIGNING_KEY = "signing-key-old";
    private static final String RETIRED_KEYS = "retired-verifier-keys";
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
        return withNext(LogSigner.parse(file(SIGNING_KEY).readOrCreate(() -> {
            byte[] unique = new byte[8];
            RANDOM.nextBytes(unique);
            return LogSigner.generate("writ.local/" + HexFormat.of().formatHex(unique), RANDOM)
                    .privateKey();
        })));
    }

    /** The signing key if there is one; none is made. */
    Optional<LogSigner> existingSigner() {
        return file(SIGNING_KEY).read().map(LogSigner::parse).map(this::withNext);
    }

    private LogSigner withNext(LogSigner signer) {
        return file(NEXT_SIGNING_KEY)
                .read()
                .map(LogSigner::parse)
                .map(signer::with)
                .orElse(signer);
    }

    /** The keys that sign, and those that did. */
    public LogKeys logKeys() {
        LogKeys keys = signer().keys();
        for (LogVerifierKey retired : retiredKeys()) {
            keys = keys.and(retired);
        }
        return keys;
    }

    /** The keys that signed once and do no longer, oldest first. */
    public List<LogVerifierKey> retiredKeys() {
        Path retired = folder.resolve(RETIRED_KEYS);
        if (!Files.exists(retired)) {
            return List.of();
        }
        try {
            return Files.readAllLines(retired).stream()
                    .map(LogVerifierKey::parse)
                    .toList();
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new KeyFileException(
                    "the file " + retired + " does not hold a verifier key on each line", unreadable);
        }
    }

    /** The key that is to replace the one that signs, if it was made. */
    Optional<LogVerifierKey> nextKey() {
        return file(NEXT_SIGNING_KEY).read().map(LogSigner::parse).map(LogSigner::verifierKey);
    }

    /**
     * Makes the key that is to replace the one that signs. Every replica signs with both from its next start on.
     *
     * @throws KeyFileException if there is one already, or no key to replace
     */
    LogVerifierKey prepareNextKey() {
        LogSigner now =
                existingSigner().orElseThrow(() -> new KeyFileException("there is no signing key in " + folder));
        if (now.keys().all().size() > 1) {
            throw new KeyFileException(
                    "a next key is there already: restart every replica, then 'writ audit key retire'");
        }
        LogSigner next = LogSigner.generate(now.verifierKey().name(), RANDOM);
        file(NEXT_SIGNING_KEY).readOrCreate(next::privateKey);
        return next.verifierKey();
    }

    /**
     * Makes the next key the one that signs. The old one is kept aside until the log says that it is retired: only then is it
     * certain that nothing is signed by it alone.
     *
     * @return the one that signs no longer
     * @throws KeyFileException if there is no next key
     */
    LogVerifierKey retireKey() {
        LogSigner now = existingSigner()
                .filter(signer -> signer.keys().all().size() > 1)
                .orElseThrow(() -> new KeyFileException(
                        "there is no next key in " + folder + ": 'writ audit key rotate' makes one"));
        LogVerifierKey old = now.verifierKey();
        try {
            // In this order: that a key which still signs is known as retired does no harm.
            if (!retiredKeys().contains(old)) {
                Files.writeString(
                        folder.resolve(RETIRED_KEYS),
                        old.vkey() + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        StandardOpenOption.SYNC);
            }
            Path aside = folder.resolve(OLD_SIGNING_KEY);
            Files.deleteIfExists(aside);
            // A second name first, so that there is a signing key at any moment.
            Files.createLink(aside, folder.resolve(SIGNING_KEY));
            Files.move(folder.resolve(NEXT_SIGNING_KEY), folder.resolve(SIGNING_KEY), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            throw new KeyFileException("the keys in " + folder + " cannot be replaced", unwritable);
        }
        return old;
    }

    /** Deletes the private half of the key that was retired. Its public half stays, for what it signed. */
    void deleteOldKey() {
        try {
            Files.deleteIfExists(folder.resolve(OLD_SIGNING_KEY));
        } catch (IOException undeletable) {
            throw new KeyFileException(
                    "the retired key " + folder.resolve(OLD_SIGNING_KEY) + " cannot be deleted; delete it",
                    undeletable);
        }
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
