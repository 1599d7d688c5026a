package dev.writ.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.writ.connect.Permit;
import dev.writ.gateway.permit.PermitTokens;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.groups.UniAwait;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/** The arrows of docs/architecture.md, and the few rules that no compiler holds. */
@AnalyzeClasses(
        packages = "dev.writ",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.DoNotIncludeTestJars.class})
class ArchitectureTest {

    /** Contract kits are main code of their own artifacts, and test code here. */
    static final class DoNotIncludeTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.matches(Pattern.compile(".*(-tests\\.jar|/test-classes/|/testkit/|-testkit-).*"));
        }
    }

    @ArchTest
    static final ArchRule arrowsPointOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.writ..")
            .layer("model")
            .definedBy("dev.writ.model..")
            .layer("engine")
            .definedBy("dev.writ.rules..")
            .layer("connectors")
            .definedBy("dev.writ.connect..")
            .layer("log")
            .definedBy("dev.writ.audit")
            .layer("postgres")
            .definedBy("dev.writ.audit.postgres..")
            .layer("gateway")
            .definedBy("dev.writ.gateway..")
            .whereLayer("gateway")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("gateway")
            .whereLayer("connectors")
            .mayOnlyBeAccessedByLayers("gateway")
            .whereLayer("postgres")
            .mayOnlyBeAccessedByLayers("gateway")
            .whereLayer("log")
            .mayOnlyBeAccessedByLayers("postgres", "gateway");

    @ArchTest
    static final ArchRule packagesOfTheGatewayHaveNoCycles =
            slices().matching("dev.writ.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule droolsStaysInTheEngine = noClasses()
            .that()
            .resideOutsideOfPackage("dev.writ.rules..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.drools..", "org.kie..");

    @ArchTest
    static final ArchRule onlyEnforcementMakesPermits = constructors()
            .that()
            .areDeclaredIn(Permit.class)
            .should()
            .onlyBeCalled()
            // The permit without a token is one with none.
            .byClassesThat(simpleName("Enforcement").or(type(Permit.class)));

    @ArchTest
    static final ArchRule onlyEnforcementMakesTokens = noClasses()
            .that(DescribedPredicate.not(simpleName("Enforcement"))
                    .and(DescribedPredicate.not(resideInAnyPackage("dev.writ.gateway.permit.."))))
            .should()
            .dependOnClassesThat(type(PermitTokens.class));

    @ArchTest
    static final ArchRule nothingBlocksOutsideTheStartAndTheTaskRunner = noClasses()
            .that(resideInAnyPackage("dev.writ..")
                    .and(DescribedPredicate.not(resideInAnyPackage("dev.writ.gateway.startup..")))
                    .and(DescribedPredicate.not(simpleName("DurableTask"))))
            .should()
            .dependOnClassesThat(assignableTo(UniAwait.class).or(type(VertxContextSupport.class)));

    @ArchTest
    static final ArchRule everyPackageIsNullMarked =
            classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);
}
