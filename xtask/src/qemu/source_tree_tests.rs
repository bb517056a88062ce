use std::os::unix::fs::MetadataExt;

use super::*;

/// A small "QEMU" as a tarball, a tree with patches, and a place to build in.
struct Scene {
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene {
            dir: tempfile::tempdir().unwrap(),
        };
        scene.write("qemu-1/a.c", "one\n");
        scene.write("qemu-1/b.c", "one\n");
        let mut tar = Command::new("tar");
        run(tar
            .arg("-cf")
            .arg(scene.path("q.tar"))
            .arg("-C")
            .arg(scene.dir.path())
            .arg("qemu-1"))
        .unwrap();
        create_dir(&scene.path("tree/qemu-machine/patches")).unwrap();
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        create_dir(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn patches(&self, patches: &[&str]) {
        let dir = self.path("tree/qemu-machine/patches");
        remove_dir(&dir).unwrap();
        create_dir(&dir).unwrap();
        for (index, text) in patches.iter().enumerate() {
            fs::write(dir.join(format!("{index}.patch")), text).unwrap();
        }
    }

    fn prepare(&self) -> Result<()> {
        let (place, tarball) = (self.path("work/source"), self.path("q.tar"));
        let source = QemuSource {
            tarball: tarball.clone(),
            sha256: "hash".into(),
            version: "1".into(),
            origin: String::new(),
        };
        let patched = self.path("work/patched");
        unpack(&source, &place, &self.path("work/unpacked"), &patched)?;
        patch(
            &Queue::read(&Tree::at(self.path("tree")))?,
            &tarball,
            &place,
            &patched,
        )
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path("work/source").join(name)).ok()
    }

    fn inode(&self, name: &str) -> (u64, i64) {
        let meta = self.path("work/source").join(name).metadata().unwrap();
        (meta.ino(), meta.mtime_nsec())
    }
}

const A: &str = "--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-one\n+two\n";
const A_OTHER: &str = "--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-one\n+three\n";
const NEW: &str = "--- /dev/null\n+++ b/new.h\n@@ -0,0 +1 @@\n+new\n";

#[test]
fn a_changed_queue_is_a_change_of_the_files_it_touches() {
    let scene = Scene::new();
    scene.patches(&[A, NEW]);
    scene.prepare().unwrap();
    assert_eq!(scene.text("a.c").as_deref(), Some("two\n"));
    assert_eq!(scene.text("new.h").as_deref(), Some("new\n"));

    let untouched = (scene.inode("b.c"), scene.inode("new.h"));
    scene.patches(&[A_OTHER, NEW]);
    scene.prepare().unwrap();
    assert_eq!(scene.text("a.c").as_deref(), Some("three\n"));
    assert_eq!((scene.inode("b.c"), scene.inode("new.h")), untouched);

    scene.patches(&[]);
    scene.prepare().unwrap();
    assert_eq!(scene.text("a.c").as_deref(), Some("one\n"));
    assert_eq!(scene.text("new.h"), None);
}

#[test]
fn a_patch_that_does_not_apply_is_named_and_leaves_the_tree_as_it_was() {
    let scene = Scene::new();
    scene.patches(&[A]);
    scene.prepare().unwrap();
    scene.patches(&[A, A_OTHER]);
    let error = scene.prepare().unwrap_err().to_string();
    assert!(error.contains("1.patch does not apply"), "{error}");
    assert_eq!(scene.text("a.c").as_deref(), Some("two\n"));
}

#[test]
fn a_source_that_is_unpacked_again_is_patched_again() {
    let scene = Scene::new();
    scene.patches(&[A]);
    scene.prepare().unwrap();
    fs::remove_file(scene.path("work/unpacked")).unwrap();
    scene.prepare().unwrap();
    assert_eq!(scene.text("a.c").as_deref(), Some("two\n"));
}

#[test]
fn a_source_without_a_patched_file_is_refused() {
    let scene = Scene::new();
    scene.patches(&["--- a/gone.c\n+++ b/gone.c\n@@ -1 +1 @@\n-one\n+two\n"]);
    let error = format!("{:#}", scene.prepare().unwrap_err());
    assert!(
        error.contains("lacks files") && error.contains("gone.c"),
        "{error}"
    );
}
