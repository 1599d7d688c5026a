package dev.writ.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.writ.audit.InMemoryAuditLog;
import dev.writ.gateway.auditing.Auditing;
import dev.writ.rules.BundleProblem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompiledBundlesTest {

    private static final Map<String, String> FILES = Bundles.files("1");

    private final FakeBundleRows rows = new FakeBundleRows();
    private final BundleCompiler compiler = new BundleCompiler();
    private final CompiledBundles compiled = new CompiledBundles(
            rows,
            compiler,
            Auditing.state(InMemoryAuditLog.create().reader()),
            new ActivePolicyTest.Settings(false, false, 1));

    @AfterEach
    void stop() {
        compiler.stop();
    }

    @Test
    void keepsAUsableBundleForTheMomentItsEntryArrives() {
        assertThat(problems(compile(FILES))).isEmpty();

        assertThat(compiled.engine(Bundles.published(FILES))).isPresent();
    }

    @Test
    void namesWhereABundleSpeaksAboutAToolThatIsNotThere() {
        List<BundleProblem> problems = problems(compile(Bundles.unknownTool("1")));

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo("rules.drl");
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.message()).contains("bank.steal");
        });
        assertThat(compiled.engine(Bundles.published(Bundles.unknownTool("1")))).isEmpty();
    }

    @Test
    void refusesABundleWhoseOwnCaseFails() {
        List<BundleProblem> problems = problems(compile(Bundles.failingCase("1")));

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo("cases/small.yaml");
            assertThat(problem.message()).startsWith("the case 'a small payment' fails: expected allow");
        });
    }

    @Test
    void compilesAPublishedBundleExactlyAsItWasPublished() {
        rows.put(FILES);

        assertThat(problems(published(FILES))).isEmpty();
    }

    @Test
    void readsAPublishedBundleOnce() {
        rows.put(FILES);

        published(FILES);
        published(FILES);

        assertThat(rows.reads()).isEqualTo(1);
    }

    @Test
    void refusesAPublishedBundleWithoutARow() {
        assertThat(problems(published(FILES)))
                .extracting(BundleProblem::message)
                .containsExactly("it has no row");
    }

    @Test
    void refusesARowThatNamesAnotherEntry() {
        rows.put(FILES, new StoredBundle(Texts.toJson(FILES).toJson(), Bundles.TOOLS.toJson(), entry -> false));

        assertThat(problems(published(FILES)))
                .extracting(BundleProblem::message)
                .containsExactly("its row is not what its entry says");
    }

    @Test
    void refusesFilesThatWereChanged() {
        rows.put(FILES, Bundles.row(Bundles.files("2")));

        assertThat(problems(published(FILES)))
                .extracting(BundleProblem::message)
                .containsExactly("its row is not what its entry says");
    }

    @Test
    void refusesToolsThatWereChanged() {
        rows.put(FILES, new StoredBundle(Texts.toJson(FILES).toJson(), "{}", entry -> true));

        assertThat(problems(published(FILES)))
                .extracting(BundleProblem::message)
                .containsExactly("its row is not what its entry says");
    }

    @Test
    void refusesABundleWhoseToolsAreGone() {
        rows.put(FILES);
        rows.forgetTools();

        assertThat(problems(published(FILES)))
                .extracting(BundleProblem::message)
                .containsExactly("definitions of its tools are missing or were changed");
    }

    @Test
    void keepsApartWhatWasCheckedAgainstOtherTools() {
        compiled.compile(Bundles.bundle(FILES), List.of(Bundles.PAY, Bundles.BALANCE))
                .await()
                .indefinitely();

        assertThat(compiled.engine(Bundles.published(FILES))).isEmpty();
    }

    @Test
    void forgetsTheOldestButNoneInUse() {
        compile(FILES);
        compiled.keep(List.of(Bundles.published(FILES)));

        compile(Bundles.files("2"));
        compile(Bundles.files("3"));

        assertThat(compiled.engine(Bundles.published(FILES))).isPresent();
        assertThat(compiled.engine(Bundles.published(Bundles.files("2")))).isEmpty();
        assertThat(compiled.engine(Bundles.published(Bundles.files("3")))).isPresent();
    }

    private Compiled compile(Map<String, String> files) {
        return compiled.compile(Bundles.bundle(files), List.of(Bundles.PAY))
                .await()
                .indefinitely();
    }

    private Compiled published(Map<String, String> files) {
        return compiled.compile(
                        BundleEntries.readPublished(Bundles.published(1, files)).orElseThrow())
                .await()
                .indefinitely();
    }

    private static List<BundleProblem> problems(Compiled result) {
        return result.fold(usable -> List.of(), Compiled.Unusable::problems);
    }
}
