package dev.writ.audit.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL server for this platform, unpacked once from the class path. */
final class ServerBinaries {

    private final Path folder;

    private ServerBinaries(Path folder) {
        this.folder = folder;
    }

    /** Unpacks them below that folder unless they are there. The caller holds the lock of the folder. */
    static ServerBinaries in(Path parent) throws IOException {
        String archive = archive(System.getProperty("os.name"), System.getProperty("os.arch"));
        URL packed = ServerBinaries.class.getResource("/" + archive);
        if (packed == null) {
            throw new DatabaseException("no PostgreSQL for this platform on the class path (" + archive
                    + "); set WRIT_DATABASE_URL to a PostgreSQL of your own");
        }
        URLConnection connection = packed.openConnection();
        // Another version has another length.
        Path folder = parent.resolve("server-" + connection.getContentLengthLong());
        if (!Files.exists(folder)) {
            Path unfinished = parent.resolve("server.new");
            Folders.delete(unfinished);
            try (InputStream content = connection.getInputStream()) {
                unpack(content, unfinished);
            }
            // Last, so that what has the final name is complete.
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return new ServerBinaries(folder);
    }

    Path command(String name) {
        return folder.resolve("bin").resolve(name);
    }

    static String archive(@Nullable String osName, @Nullable String architecture) {
        String os = String.valueOf(osName).toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String cpu = switch (String.valueOf(architecture)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> String.valueOf(architecture);
        };
        return "postgres-" + os + "-" + cpu + ".txz";
    }

    private static void unpack(InputStream packed, Path into) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = into.resolve(entry.getName()).normalize();
                if (!target.startsWith(into)) {
                    throw new IOException("an archive entry points outside of the archive");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(target, into.resolve(entry.getLinkName()));
                } else {
                    Files.copy(tar, target);
                    boolean isExecutable = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(isExecutable ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }
}
