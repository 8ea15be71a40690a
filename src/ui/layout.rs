//! Where the panels are.

use egui_tiles::{Container, LinearDir, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use crate::text::text;

/// A panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pane {
    /// The devices.
    Devices,
    /// The constraints editor.
    Constraints,
    /// The controls of a camera.
    Controls,
    /// Live pictures.
    Preview,
    /// The mode sweep.
    Sweep,
    /// Live levels.
    Meters,
    /// What is measured of cameras.
    Measurements,
    /// The tracks.
    Tracks,
    /// The event log.
    Events,
    /// Recordings and snapshots.
    Clips,
}

impl Pane {
    /// All panels.
    pub const ALL: [Self; 10] = [
        Self::Devices,
        Self::Constraints,
        Self::Controls,
        Self::Preview,
        Self::Sweep,
        Self::Meters,
        Self::Measurements,
        Self::Tracks,
        Self::Events,
        Self::Clips,
    ];

    /// Beside which panel of the first versions it stands; those have none.
    const fn companion(self) -> Option<Self> {
        match self {
            Self::Controls => Some(Self::Constraints),
            Self::Sweep => Some(Self::Preview),
            Self::Measurements => Some(Self::Tracks),
            _ => None,
        }
    }

    /// Its title.
    pub fn title(self) -> String {
        match self {
            Self::Devices => text("panel-devices"),
            Self::Constraints => text("panel-constraints"),
            Self::Controls => text("panel-controls"),
            Self::Preview => text("panel-preview"),
            Self::Sweep => text("panel-sweep"),
            Self::Meters => text("panel-meters"),
            Self::Measurements => text("panel-measurements"),
            Self::Tracks => text("panel-tracks"),
            Self::Events => text("panel-events"),
            Self::Clips => text("panel-clips"),
        }
    }
}

/// The panels' places, which survive a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layout(pub(super) Tree<Pane>);

impl Default for Layout {
    /// Devices, and constraints before controls, at the left, the picture in the middle, meters, and tracks before
    /// measurements, at the right, the log and the clips below.
    fn default() -> Self {
        let mut tiles = Tiles::default();
        let devices = tiles.insert_pane(Pane::Devices);
        let settings = [Pane::Constraints, Pane::Controls].map(|pane| tiles.insert_pane(pane));
        let settings = tiles.insert_tab_tile(settings.to_vec());
        let left = linear(&mut tiles, LinearDir::Vertical, &[(devices, 0.38), (settings, 0.62)]);
        let middle = [Pane::Preview, Pane::Sweep].map(|pane| tiles.insert_pane(pane));
        let middle = tiles.insert_tab_tile(middle.to_vec());
        let meters = tiles.insert_pane(Pane::Meters);
        let tracks = [Pane::Tracks, Pane::Measurements].map(|pane| tiles.insert_pane(pane));
        let tracks = tiles.insert_tab_tile(tracks.to_vec());
        let right = linear(&mut tiles, LinearDir::Vertical, &[(meters, 0.25), (tracks, 0.75)]);
        let top = linear(&mut tiles, LinearDir::Horizontal, &[(left, 0.35), (middle, 0.40), (right, 0.25)]);
        let events = tiles.insert_pane(Pane::Events);
        let clips = tiles.insert_pane(Pane::Clips);
        let bottom = linear(&mut tiles, LinearDir::Horizontal, &[(events, 0.68), (clips, 0.32)]);
        let root = linear(&mut tiles, LinearDir::Vertical, &[(top, 0.75), (bottom, 0.25)]);
        Self(Tree::new(egui::Id::unique("panels"), root, tiles))
    }
}

fn linear(tiles: &mut Tiles<Pane>, direction: LinearDir, shares: &[(TileId, f32)]) -> TileId {
    let children = shares.iter().map(|(tile, _)| *tile).collect();
    let mut linear = egui_tiles::Linear::new(direction, children);
    for (tile, share) in shares {
        linear.shares.set_share(*tile, *share);
    }
    tiles.insert_new(Tile::Container(Container::Linear(linear)))
}

impl Layout {
    /// The layout with each panel in it once: those that an older version did not have are put behind others. `None` where a
    /// panel is in it twice, or there is nothing to put one behind.
    pub fn completed(mut self) -> Option<Self> {
        let mut panes: Vec<_> = self.0.tiles.tiles().filter_map(pane_of).collect();
        panes.sort_unstable();
        self.0.root().filter(|_| panes.windows(2).all(|pair| pair[0] != pair[1]))?;
        for pane in Pane::ALL.into_iter().filter(|pane| !panes.contains(pane)) {
            self.put_behind(pane, pane.companion()?)?;
        }
        Some(self)
    }

    /// Adds a panel among the tabs of another, which stays in front.
    fn put_behind(&mut self, pane: Pane, companion: Pane) -> Option<()> {
        let companion = self.0.tiles.find_pane(&companion)?;
        let tabs = self.0.tiles.parent_of(companion)?;
        let front = self.front_tab(tabs).copied();
        let tile = self.0.tiles.insert_pane(pane);
        self.0.move_tile_to_container(tile, tabs, usize::MAX, false);
        if let Some(tab) = self.front_tab(tabs) {
            *tab = front?;
        }
        Some(())
    }

    fn front_tab(&mut self, tile: TileId) -> Option<&mut TileId> {
        match self.0.tiles.get_mut(tile)? {
            Tile::Container(Container::Tabs(tabs)) => tabs.active.as_mut(),
            _ => None,
        }
    }

    /// Whether a panel is shown.
    pub fn is_shown(&self, pane: Pane) -> bool {
        self.0.tiles.find_pane(&pane).is_some_and(|tile| self.0.is_visible(tile))
    }

    /// Shows a hidden panel, hides a shown one.
    pub fn toggle(&mut self, pane: Pane) {
        if let Some(tile) = self.0.tiles.find_pane(&pane) {
            self.0.tiles.toggle_visibility(tile);
        }
    }
}

const fn pane_of(tile: &Tile<Pane>) -> Option<Pane> {
    match tile {
        Tile::Pane(pane) => Some(*pane),
        Tile::Container(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_comes_back_from_its_text() {
        let mut layout = Layout::default();
        layout.toggle(Pane::Clips);
        let text = ron::to_string(&layout).unwrap();
        let back: Layout = ron::from_str(&text).unwrap();
        assert_eq!(back, layout);
        assert!(!back.is_shown(Pane::Clips) && back.is_shown(Pane::Events));
        assert_eq!(back.clone().completed(), Some(back));
    }

    fn without(panes: &[Pane]) -> Layout {
        let mut layout = Layout::default();
        for pane in panes {
            let tile = layout.0.tiles.find_pane(pane).unwrap();
            layout.0.remove_recursively(tile);
        }
        layout
    }

    #[test]
    fn panels_that_an_older_version_did_not_have_come_behind_others() {
        let new = [Pane::Controls, Pane::Sweep, Pane::Measurements];
        let layout = without(&new).completed().unwrap();
        let panes: Vec<_> = layout.0.tiles.tiles().filter_map(pane_of).collect();
        assert!(panes.len() == Pane::ALL.len() && Pane::ALL.iter().all(|pane| panes.contains(pane)));
        for pane in new {
            let [tile, companion] =
                [pane, pane.companion().unwrap()].map(|pane| layout.0.tiles.find_pane(&pane).unwrap());
            assert_eq!(layout.0.tiles.parent_of(tile), layout.0.tiles.parent_of(companion), "{pane:?}");
            let Some(Tile::Container(Container::Tabs(tabs))) =
                layout.0.tiles.get(layout.0.tiles.parent_of(tile).unwrap())
            else {
                panic!("no tabs for {pane:?}")
            };
            assert_eq!(tabs.active, Some(companion), "{pane:?}");
        }
    }

    #[test]
    fn a_layout_that_lost_a_panel_is_given_up() {
        assert_eq!(without(&[Pane::Preview, Pane::Sweep]).completed(), None);
    }
}
