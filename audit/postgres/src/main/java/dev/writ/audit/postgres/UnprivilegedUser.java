package dev.writ.audit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whom PostgreSQL runs as, since it refuses to run as root.
 *
 * @param prefix what a command is started with
 */
record UnprivilegedUser(List<String> prefix) {

    private static final String SYSTEM_USER = "postgres";

    UnprivilegedUser {
        prefix = List.copyOf(prefix);
    }

    /** The user of this process or, for root, one without its privileges who can still use the folder. */
    static UnprivilegedUser owning(Path folder) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return new UnprivilegedUser(List.of());
        }
        // In a user namespace of its own root is nobody to PostgreSQL, while the kernel still knows it as the files'
        // owner.
        if (works(List.of("unshare", "-U", "true"))) {
            return new UnprivilegedUser(List.of("unshare", "-U"));
        }
        List<String> prefix = List.of("setpriv", "--reuid=" + SYSTEM_USER, "--regid=" + SYSTEM_USER, "--clear-groups");
        give(folder);
        if (!works(Stream.concat(prefix.stream(), Stream.of("test", "-w", folder.toString()))
                .toList())) {
            throw new DatabaseException(
                    "PostgreSQL does not run as root, and here neither 'unshare -U' nor the system user '"
                            + SYSTEM_USER + "' can use " + folder
                            + "; start Writ as another user or set WRIT_DATABASE_URL to a PostgreSQL of your own");
        }
        return new UnprivilegedUser(prefix);
    }

    List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all;
    }

    private static void give(Path folder) throws IOException {
        UserPrincipal user;
        try {
            user = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(SYSTEM_USER);
        } catch (IOException thereIsNone) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.getFileAttributeView(file, PosixFileAttributeView.class).setOwner(user);
            }
        }
    }

    private static boolean works(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
