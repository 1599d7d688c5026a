package dev.writ.gateway.startup;

import dev.writ.rules.BundleProblem;
import dev.writ.rules.PolicyBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/** Folders with bundles in them, as somebody typed their names. */
final class PolicyFolders {

    private PolicyFolders() {}

    /**
     * The bundle in it.
     *
     * @throws dev.writ.rules.InvalidBundleException if it is none
     * @throws UncheckedIOException if there is no such folder
     */
    static PolicyBundle read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UncheckedIOException(
                    "there is no folder " + folder, new NotDirectoryException(folder.toString()));
        }
        return PolicyBundle.read(folder);
    }

    /** As compilers do it, so that editors and terminals lead to the place. */
    static int refused(Path folder, List<BundleProblem> problems) {
        problems.forEach(problem -> System.err.println(folder.resolve(problem.toString())));
        return PolicyCommand.FAILED;
    }
}
