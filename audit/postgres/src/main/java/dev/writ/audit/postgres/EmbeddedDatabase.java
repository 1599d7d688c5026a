package dev.writ.audit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A PostgreSQL that Writ brings along and keeps in a folder.
 *
 * <p>It listens on the loopback address only, asks for a generated password ({@code password} in the folder, readable by its
 * owner only), and is as durable as any: fsync, full_page_writes and synchronous_commit are on and checked. Several processes
 * may share a folder: the first starts the server, the others join it, and the last to close stops it. A server that a killed
 * process left running is adopted by the next.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final String DATABASE = "writ";
    private static final long LEAST_SPACE = 512L << 20;

    private final Path folder;
    private final EmbeddedServer server;
    private final FolderUsers users;
    private final DatabaseUrl url;
    private boolean isClosed;

    private EmbeddedDatabase(Path folder, EmbeddedServer server, FolderUsers users, DatabaseUrl url) {
        this.folder = folder;
        this.server = server;
        this.users = users;
        this.url = url;
    }

    /**
     * Starts the database of that folder, or joins it. Takes about three seconds the first time, half a second later; blocks.
     *
     * @throws DatabaseException in one line, if the folder, the disk, the platform or the server forbid it
     */
    public static EmbeddedDatabase start(Path folder) {
        try {
            Folders.createPrivate(folder);
            Path real = folder.toRealPath();
            return FolderUsers.exclusively(real, () -> startAlone(real));
        } catch (IOException unusable) {
            throw new DatabaseException("cannot keep a database in " + folder + ": " + reason(unusable), unusable);
        }
    }

    private static EmbeddedDatabase startAlone(Path folder) throws IOException {
        requireSpace(folder);
        EmbeddedServer server = new EmbeddedServer(folder, ServerBinaries.in(folder), password(folder));
        FolderUsers users = FolderUsers.enter(folder);
        try {
            DatabaseUrl admin = server.ensureRunning(users);
            Databases.requireDurable(admin);
            Databases.createIfMissing(admin, DATABASE);
            return new EmbeddedDatabase(folder, server, users, admin.database(DATABASE));
        } catch (SQLException refused) {
            leave(users, server);
            throw new DatabaseException("the database in " + folder + " refuses: " + refused.getMessage(), refused);
        } catch (IOException | RuntimeException failed) {
            leave(users, server);
            throw failed;
        }
    }

    private static void leave(FolderUsers users, EmbeddedServer server) throws IOException {
        if (users.leave()) {
            server.stop();
        }
    }

    /** The database as its administrator sees it. */
    public DatabaseUrl url() {
        return url;
    }

    /** Stops the server unless another process, or another part of this one, still uses the folder. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            FolderUsers.exclusively(folder, () -> {
                leave(users, server);
                return Optional.empty();
            });
        } catch (IOException failed) {
            throw new DatabaseException("cannot stop the database in " + folder + ": " + reason(failed), failed);
        }
    }

    private static void requireSpace(Path folder) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < LEAST_SPACE) {
            throw new DatabaseException("only " + (free >> 20) + " MiB are free in " + folder + "; a database needs "
                    + (LEAST_SPACE >> 20) + " MiB");
        }
    }

    private static String password(Path folder) throws IOException {
        Path file = folder.resolve("password");
        if (!Files.exists(file)) {
            if (Files.exists(folder.resolve(EmbeddedServer.DATA))) {
                throw new DatabaseException(
                        file + " is missing: without it nobody can log in to the database beside it");
            }
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Folders.writePrivate(file, HexFormat.of().formatHex(random));
        }
        return Files.readString(file).strip();
    }

    private static String reason(IOException failure) {
        return failure.getClass().getSimpleName().replace("Exception", "") + " " + failure.getMessage();
    }
}
